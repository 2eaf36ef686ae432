"""What BuildKit asks of a session in one message: whether it lives, credentials, secrets.

Facts: buildkit's session/auth/auth.proto and session/secrets/secrets.proto, and gRPC's health.proto.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runner.daemon.buildkit import protobuf as wire
from runner.daemon.buildkit.rpc_call import NOT_FOUND, RpcError

HEALTH = "/grpc.health.v1.Health/Check"
CREDENTIALS = "/moby.filesync.v1.Auth/Credentials"
SECRET = "/moby.buildkit.secrets.v1.Secrets/GetSecret"

Credentials = Callable[[str], tuple[str, str] | None]
"""Returns a registry's user and password by its host, or None for nobody; an identity token has no user."""

_SERVING = wire.number(1, 1)


def health(_request: bytes) -> bytes:
    """Answer that the session lives: BuildKit asks every few seconds."""
    return _SERVING


def credentials(find: Credentials) -> Callable[[bytes], bytes]:
    """Make the answers to who somebody is at a registry; tokens BuildKit gets by itself then."""

    def answer(request: bytes) -> bytes:
        user, secret = find(_first_text(request)) or ("", "")
        return wire.text(1, user) + wire.text(2, secret)

    return answer


def secrets(contents: Mapping[str, bytes]) -> Callable[[bytes], bytes]:
    """Make the answers to what a secret is; one that isn't there is not found, which only a required one minds."""

    def answer(request: bytes) -> bytes:
        id = _first_text(request)
        if id not in contents:
            raise RpcError(NOT_FOUND, f"secret {id}: not found")
        return wire.text(1, contents[id])

    return answer


def _first_text(request: bytes) -> str:
    return next((wire.words(value) for field, value in wire.fields(request) if field == 1), "")

"""The unary calls of a session: health check, credentials, secrets.

Source: buildkit's session/auth/auth.proto and session/secrets/secrets.proto, and gRPC's health.proto.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runner.daemon.buildkit import protobuf as wire
from runner.daemon.buildkit.rpc_call import NOT_FOUND, RpcError

HEALTH = "/grpc.health.v1.Health/Check"
CREDENTIALS = "/moby.filesync.v1.Auth/Credentials"
SECRET = "/moby.buildkit.secrets.v1.Secrets/GetSecret"

Credentials = Callable[[str], tuple[str, str] | None]
"""Returns user and password for a registry's host, or None for anonymous access; an identity token has no user."""

_SERVING = wire.number(1, 1)


def health(_request: bytes) -> bytes:
    """Answer a health check: BuildKit sends one every few seconds."""
    return _SERVING


def credentials(find: Credentials) -> Callable[[bytes], bytes]:
    """Return the handler that looks up registry credentials; BuildKit then gets tokens by itself."""

    def answer(request: bytes) -> bytes:
        user, secret = find(_first_text(request)) or ("", "")
        return wire.text(1, user) + wire.text(2, secret)

    return answer


def secrets(contents: Mapping[str, bytes]) -> Callable[[bytes], bytes]:
    """Return the handler that looks up secrets; a missing one is NOT_FOUND, an error only where it is required."""

    def answer(request: bytes) -> bytes:
        id = _first_text(request)
        if id not in contents:
            raise RpcError(NOT_FOUND, f"secret {id}: not found")
        return wire.text(1, contents[id])

    return answer


def _first_text(request: bytes) -> str:
    return next((wire.words(value) for field, value in wire.fields(request) if field == 1), "")

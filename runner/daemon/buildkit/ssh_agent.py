"""Forwarding of the user's ssh agent to a build: it signs on the user's side, and no key is transferred.

Source: buildkit's session/sshforward/ssh.proto.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

from runner.core.phrase import reason_of
from runner.daemon.buildkit import protobuf as wire
from runner.daemon.buildkit.grpc_stream import Headers
from runner.daemon.buildkit.rpc_call import NOT_FOUND, UNAVAILABLE, RpcCall, RpcError, Unary
from runner.daemon.buildkit.socket_tunnel import SocketTunnel

CHECK = "/moby.sshforward.v1.SSH/CheckAgent"
FORWARD = "/moby.sshforward.v1.SSH/ForwardAgent"

_ID = "buildkit.ssh.id"
_DEFAULT = "default"


class Agents:
    """The sockets of the agents that are forwarded to a build, by id."""

    def __init__(self, sockets: Mapping[str, str], wake: Callable[[], None]) -> None:
        self._sockets = sockets
        self._wake = wake

    def check(self, _headers: Headers) -> RpcCall:
        """Answer whether an agent is forwarded under an id."""
        return Unary(self._check)

    def _check(self, request: bytes) -> bytes:
        self._find(next((wire.words(value) for field, value in wire.fields(request) if field == 1), ""))
        return b""

    def forward(self, headers: Headers) -> RpcCall:
        """Connect a program of the build to an agent."""
        path = self._find("".join(headers.get(_ID, ())))
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(path)
        except OSError as error:
            sock.close()
            raise RpcError(UNAVAILABLE, f"no ssh agent responds at {path}: {reason_of(error)}") from error
        return SocketTunnel(sock, self._wake)

    def _find(self, id: str) -> str:
        path = self._sockets.get(id or _DEFAULT)
        if path == "":
            raise RpcError(NOT_FOUND, "no ssh agent found: SSH_AUTH_SOCK is not set")
        if path is None:
            raise RpcError(NOT_FOUND, f'no ssh agent is provided to the build as "{id or _DEFAULT}"')
        return path

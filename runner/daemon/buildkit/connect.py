"""How an engine exposes BuildKit: the one module that knows it.

Engines up to 29.1 upgrade a connection to gRPC on request (`POST /grpc` for calls to BuildKit, `POST /session` for
calls from BuildKit to its client). From API 1.53 on both are deprecated (moby#51721): the engine accepts gRPC on its
own socket (moby#50744), and a session is a call of the control service that tunnels another connection (see
`open_session`).
"""

from __future__ import annotations

import socket
from typing import Final, Protocol

from runner.core.errors import EngineError
from runner.core.lazy_pattern import lazy_pattern
from runner.daemon.buildkit.connection import Connection
from runner.daemon.buildkit.grpc_stream import Pairs
from runner.daemon.buildkit.socket_tunnel import SocketTunnel
from runner.daemon.http.errors import raise_for

_SESSION: Final = "/moby.buildkit.v1.Control/Session"
_LONGEST_HEAD: Final = 1 << 16
_STATUS: Final = lazy_pattern(rb"HTTP/1\.[01] (\d{3})")
_SWITCHED: Final = 101


class Connector(Protocol):
    """What BuildKit needs of the connection to an engine."""

    @property
    def base(self) -> str:
        """The version prefix of every path, such as "/v1.41"."""

    @property
    def speaks_grpc(self) -> bool:
        """True where the engine's socket accepts gRPC directly."""

    @property
    def has_containerd_store(self) -> bool:
        """True where images are in containerd's image store."""

    def connect(self) -> socket.socket:
        """Open a dedicated connection, with a timeout."""


class NoBuildKit(EngineError):
    """The engine does not expose BuildKit."""


def open_control(way: Connector) -> Connection:
    """Open a connection for calls to BuildKit; NoBuildKit when the engine refuses it."""
    return Connection(way.connect() if way.speaks_grpc else upgrade(way, "/grpc", []))


def open_session(way: Connector, control: Connection, headers: Pairs) -> socket.socket:
    """Open a connection on which BuildKit can call this client; `headers` describe the session."""
    if not way.speaks_grpc:
        return upgrade(way, "/session", headers)
    ours, theirs = socket.socketpair()
    tunnel = SocketTunnel(theirs, control.wake)
    control.call(_SESSION, tunnel, [(name.lower(), value) for name, value in headers])
    return ours


def upgrade(way: Connector, path: str, headers: Pairs) -> socket.socket:
    """Open a connection and upgrade it to HTTP/2; NoBuildKit when the engine refuses."""
    sock = way.connect()
    try:
        lines = [f"POST {way.base}{path} HTTP/1.1", "Host: engine", "Connection: Upgrade", "Upgrade: h2c"]
        lines += ["Content-Length: 0", *(f"{name}: {value}" for name, value in headers)]
        sock.sendall("\r\n".join([*lines, "", ""]).encode())
        head = _read_head(sock)
        status = _STATUS.match(head)
        if status is None or int(status[1]) != _SWITCHED:
            raise NoBuildKit(_refusal(sock, int(status[1]) if status else 0))
    except BaseException:
        sock.close()
        raise
    return sock


def _read_head(sock: socket.socket) -> bytes:
    """Read the response head up to its empty line and not a byte further: HTTP/2 begins right behind it."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n") and len(head) < _LONGEST_HEAD:
        byte = sock.recv(1)
        if not byte:
            raise ConnectionResetError("the engine closed the connection")
        head += byte
    return bytes(head)


def _refusal(sock: socket.socket, status: int) -> str:
    """Return the engine's reason for refusing the upgrade."""
    try:
        raise_for(status, sock.recv(_LONGEST_HEAD).strip())
    except EngineError as error:
        return error.message
    except OSError:
        pass
    return f"the engine cannot switch to BuildKit (status {status})"

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
from runner.daemon.buildkit.connection import Connection
from runner.daemon.buildkit.grpc_stream import Pairs
from runner.daemon.buildkit.socket_tunnel import SocketTunnel
from runner.daemon.http.upgrade import upgrade as switch

_SESSION: Final = "/moby.buildkit.v1.Control/Session"


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
        switch(sock, way.base + path, "h2c", headers)
    except EngineError as error:
        sock.close()
        raise NoBuildKit(error.message) from error
    except BaseException:
        sock.close()
        raise
    return sock

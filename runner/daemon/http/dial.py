"""New connections to an engine: over a unix socket, TCP or TLS."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ssl import SSLContext

Dial: TypeAlias = Callable[[float | None], socket.socket]
"""Opens a connection, with a timeout in seconds, which the connection keeps. Raises OSError or EngineUnreachable."""


def dial_unix(path: str, timeout: float | None) -> socket.socket:
    """Connect to a unix socket."""
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.settimeout(timeout)
        sock.connect(path)
    except BaseException:
        sock.close()
        raise
    return sock


def dial_tcp(host: str, port: int, timeout: float | None) -> socket.socket:
    """Connect to a host; ConnectionError where it doesn't respond, TimeoutError being that of an engine that does."""
    try:
        sock = socket.create_connection((host, port), timeout)
    except TimeoutError as error:
        raise ConnectionError(error.strerror or str(error)) from error
    except UnicodeError as error:
        raise ConnectionError(f"not a host name: {host}") from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def dial_tls(host: str, port: int, context: SSLContext, timeout: float | None) -> socket.socket:
    """Connect to a host with TLS; the context determines whether its certificate must be for that host."""
    sock = dial_tcp(host, port, timeout)
    try:
        return context.wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise


def dial_tunnel(host: str, port: int, context: SSLContext, timeout: float | None) -> socket.socket:
    """Connect to a host with TLS, so that each direction can be ended by itself."""
    from runner.daemon.http.tls_tunnel import tunnel

    sock = dial_tcp(host, port, timeout)
    try:
        return tunnel(sock, context, host)
    except BaseException:
        sock.close()
        raise

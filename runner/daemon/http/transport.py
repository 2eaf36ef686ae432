"""The transport of HTTP to an engine: one connection pool, over a unix socket, TCP, TLS or ssh.

Independent of the requests made over it. It doesn't need the SDK, whose import costs a command more than all else.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection

from runner.daemon.endpoints.endpoint import Endpoint, TlsFiles

if TYPE_CHECKING:
    from runner.daemon.http.ssh import Ssh

_PORT, _TLS_PORT = 2375, 2376

Dial = Callable[[float | None], socket.socket]
"""Opens a connection, with a timeout in seconds."""


class Transport:
    """The connections to one engine."""

    def __init__(self, endpoint: Endpoint, connections: int) -> None:
        """Prepare a pool that keeps up to `connections` open; nothing is opened yet."""
        self._ssh: Ssh | None = None
        scheme = endpoint.parts.scheme
        if scheme == "unix":
            self.pool: HTTPConnectionPool = _SocketPool(
                "localhost", maxsize=connections, dial=partial(_dial_unix, endpoint.parts.path)
            )
        elif scheme == "ssh":
            from runner.daemon.http.ssh import Ssh

            self._ssh = Ssh(endpoint)
            self.pool = _SocketPool("localhost", maxsize=connections, dial=self._ssh.dial)
        else:
            self.pool = _tcp_pool(endpoint, connections)

    def connect(self, timeout: float) -> socket.socket:
        """Open a dedicated connection, outside of the pool."""
        connection = self.pool._new_conn()  # the pool handles names, proxies and certificates
        assert isinstance(connection, HTTPConnection)
        connection.timeout = timeout
        connection.connect()
        sock = connection.sock
        assert isinstance(sock, socket.socket)
        return sock

    def close(self) -> None:
        """Close every connection and terminate every process behind one."""
        self.pool.close()
        if self._ssh is not None:
            self._ssh.close()


class _SocketConnection(HTTPConnection):
    """HTTP connection on a socket that `dial` opens."""

    def __init__(self, *, dial: Dial, **options: Any) -> None:
        super().__init__(**options)
        self._dial = dial

    def connect(self) -> None:
        self.sock = self._dial(self.timeout)


class _SocketPool(HTTPConnectionPool):
    """Pool of such connections; it passes options that it doesn't know itself on to each connection."""

    ConnectionCls = _SocketConnection


def _dial_unix(path: str, timeout: float | None) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.settimeout(timeout)
        sock.connect(path)
    except BaseException:
        sock.close()
        raise
    return sock


def _tcp_pool(endpoint: Endpoint, connections: int) -> HTTPConnectionPool:
    parts = endpoint.parts
    host = str(parts.hostname)
    tls = endpoint.tls or (TlsFiles(None, None, None) if parts.scheme == "https" else None)
    if tls is None or parts.scheme == "http":
        return HTTPConnectionPool(host, parts.port or _PORT, maxsize=connections)
    from runner.daemon.http.tls import make_context

    context = make_context(tls, endpoint.url)
    return HTTPSConnectionPool(host, parts.port or _TLS_PORT, maxsize=connections, ssl_context=context)

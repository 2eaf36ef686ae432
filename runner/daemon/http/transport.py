"""The transport of HTTP to an engine: kept connections, over a unix socket, TCP, TLS or ssh.

Independent of the requests made over it.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from runner.daemon.endpoints.endpoint import Endpoint, TlsFiles
from runner.daemon.http.connection_pool import ConnectionPool
from runner.daemon.http.dial import Dial, dial_tcp, dial_tls, dial_tunnel, dial_unix
from runner.daemon.http.request import Body, request_head, send_request
from runner.daemon.http.response import Response, SentRequest

if TYPE_CHECKING:
    from runner.daemon.http.ssh import Ssh

_PORT, _TLS_PORT = 2375, 2376


class Patience(NamedTuple):
    """Timeouts in seconds."""

    connect: float
    idle: float | None
    """Between two pieces that are sent or arrive; None for ever."""


class Transport:
    """The connections to one engine."""

    def __init__(self, endpoint: Endpoint, connections: int) -> None:
        """Prepare a pool that keeps up to `connections` open; nothing is opened yet."""
        self._ssh: Ssh | None = None
        self._tunnel: Dial | None = None
        """Opens a connection of which each direction can be ended by itself, where that takes more than usual."""
        self._host = "localhost"
        self._scheme = endpoint.parts.scheme
        self._pool = ConnectionPool(self._way_to(endpoint), connections)

    def _way_to(self, endpoint: Endpoint) -> Dial:
        parts = endpoint.parts
        if parts.scheme == "unix":
            return partial(dial_unix, parts.path)
        if parts.scheme == "ssh":
            from runner.daemon.http.ssh import Ssh

            self._ssh = Ssh(endpoint)
            return self._ssh.dial
        self._host = parts.netloc.rpartition("@")[2]
        host = str(parts.hostname)
        tls = endpoint.tls or (TlsFiles(None, None, None) if parts.scheme == "https" else None)
        if tls is None or parts.scheme == "http":
            return partial(dial_tcp, host, parts.port or _PORT)
        from runner.daemon.http.tls import make_context

        context = make_context(tls, endpoint.url)
        self._tunnel = partial(dial_tunnel, host, parts.port or _TLS_PORT, context)
        return partial(dial_tls, host, parts.port or _TLS_PORT, context)

    @property
    def is_cheap(self) -> bool:
        """True where one more connection costs next to nothing."""
        return self._scheme == "unix"

    @property
    def logs_in(self) -> bool:
        """True where each connection is a login."""
        return self._ssh is not None

    def request(self, method: str, target: str, headers: Mapping[str, str], body: Body, patience: Patience) -> Response:
        """Send a request and return the response, once its head has arrived; the caller closes it.

        Raises OSError: TimeoutError for an engine that doesn't respond, any other for a lost or failed connection.
        """
        return self.send(method, target, headers, body, patience).response()

    def send(self, method: str, target: str, headers: Mapping[str, str], body: Body, patience: Patience) -> SentRequest:
        """Send a request, on a connection of its own until the response is closed; OSError as for `request`."""
        head = request_head(method, target, {"Host": self._host, **headers}, body)
        sock = self._pool.take(patience.connect)
        try:
            sock.settimeout(patience.idle)
            keep = self._pool.give_back if send_request(sock, head, body) else None
            return SentRequest(sock, keep, to_head=method == "HEAD")
        except BaseException:
            sock.close()
            raise

    def connect(self, timeout: float) -> socket.socket:
        """Open a dedicated connection, outside of the pool."""
        return self._pool.dial(timeout)

    def connect_both_ways(self, timeout: float) -> socket.socket:
        """Open a dedicated connection of which each direction can be ended by itself."""
        return self._tunnel(timeout) if self._tunnel else self.connect(timeout)

    def close(self) -> None:
        """Close every idle connection, and terminate every process behind one."""
        self._pool.close()
        if self._ssh is not None:
            self._ssh.close()

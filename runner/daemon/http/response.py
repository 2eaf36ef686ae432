"""A response on its connection: the head at once, the body as it is read."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

from runner.daemon.http.response_parser import ResponseParser

_AT_ONCE = 1 << 16


class Response:
    """The response to a request that was sent on a socket, which it owns until it is closed.

    Every read raises TimeoutError where the socket's timeout passes without data, and ConnectionError where the
    response breaks off or isn't HTTP.
    """

    __slots__ = ("_keep", "_parser", "_sock", "status")

    def __init__(self, sock: socket.socket, keep: Callable[[socket.socket], None] | None, *, to_head: bool) -> None:
        """Receive the head; `keep` takes the socket back for another request, if it may be used for one."""
        self._sock: socket.socket | None = sock
        self._keep = keep
        self._parser = ResponseParser(to_head=to_head)
        while not self._parser.status:
            self._receive()
        self.status = self._parser.status

    def header(self, name: bytes) -> str:
        """Return a header by its lower-case name; empty where there is none."""
        return self._parser.headers.get(name, b"").decode("latin-1")

    def pieces(self) -> Iterator[bytes]:
        """Yield the body in pieces as they arrive."""
        while True:
            arrived = self._parser.body[:]
            self._parser.body.clear()
            yield from arrived
            if self._parser.is_complete:
                return
            self._receive()

    def content(self) -> bytes:
        """Return the whole body, or the rest of it."""
        while not self._parser.is_complete:
            self._receive()
        whole = b"".join(self._parser.body)
        self._parser.body.clear()
        return whole

    def read(self, size: int) -> bytes:
        """Return so many bytes of the body, fewer only at its end."""
        body = self._parser.body
        arrived = sum(map(len, body))
        while arrived < size and not self._parser.is_complete:
            former = len(body)
            self._receive()
            arrived += sum(map(len, body[former:]))
        whole = b"".join(body)
        body[:] = [whole[size:]] if len(whole) > size else []
        return whole[:size]

    def close(self) -> None:
        """Give the connection back, or close it where it can't be used for another request."""
        sock, self._sock = self._sock, None
        if sock is None:
            return
        if self._keep is not None and self._parser.is_complete and self._parser.is_reusable:
            self._keep(sock)
        else:
            sock.close()

    def _receive(self) -> None:
        if self._sock is None:
            raise ConnectionAbortedError("the connection was closed")
        arrived = self._sock.recv(_AT_ONCE)
        if arrived:
            self._parser.feed(arrived)
        else:
            self._parser.feed_end()


class SentRequest:
    """A request whose response hasn't been received yet."""

    __slots__ = ("_keep", "_sock", "_to_head")

    def __init__(self, sock: socket.socket, keep: Callable[[socket.socket], None] | None, *, to_head: bool) -> None:
        self._sock = sock
        self._keep = keep
        self._to_head = to_head

    def response(self) -> Response:
        """Receive the response, once its head has arrived; errors as for every read of it."""
        try:
            return Response(self._sock, self._keep, to_head=self._to_head)
        except BaseException:
            self._sock.close()
            raise

    def close(self) -> None:
        """Give up the response."""
        self._sock.close()

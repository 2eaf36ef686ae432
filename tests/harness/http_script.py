"""An HTTP server that follows a script: what it sends on each connection, byte by byte as written there.

with ScriptedServer(listen_unix(path), [[b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok"]]) as server:
    ...
assert server.requests == [...]
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Self, TypeAlias

from tests.harness.tls import Authority

_MOST = 1 << 16
_SECONDS = 10


class Pieces(tuple[bytes, ...]):
    """A response that is sent in pieces, a moment apart."""

    __slots__ = ()


class Stall(bytes):
    """A response after whose bytes nothing comes any more, until the client hangs up or the server ends."""

    __slots__ = ()


class Early(bytes):
    """A response to a request that is still being sent; then the connection is closed."""

    __slots__ = ()


Reply: TypeAlias = bytes | Pieces | Callable[[bytes], bytes]
"""A function makes it from the request."""


class ScriptedServer:
    """Answers the requests of the n-th connection with the n-th list of replies, and hangs up after the last one.

    After the last list, every connection gets that one again.
    """

    def __init__(self, listener: socket.socket, script: Sequence[Sequence[Reply]], tls: ssl.SSLContext | None = None):
        self.requests: list[bytes] = []
        """Head and body of each, as they arrived."""
        self.connections = 0
        self._listener = listener
        self._script = script
        self._tls = tls
        self._lock = Lock()
        self._ended = Event()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        Thread(target=self._listen, name="scripted-server", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.settimeout(_SECONDS)
                self._open.append(sock)
                replies = self._script[min(self.connections, len(self._script) - 1)]
                self.connections += 1
                Thread(target=self._serve, args=(sock, replies), name="scripted-connection", daemon=True).start()

    def _serve(self, sock: socket.socket, replies: Sequence[Reply]) -> None:
        with suppress(OSError), self._secured(sock) as connection:
            for reply in replies:
                request = _read_request(connection, whole=not isinstance(reply, Early))
                if not request:
                    return
                with self._lock:
                    self.requests.append(request)
                self._reply(connection, reply, request)

    def _secured(self, sock: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(sock, server_side=True) if self._tls else sock

    def _reply(self, sock: socket.socket, reply: Reply, request: bytes) -> None:
        if isinstance(reply, Pieces):
            for piece in reply:
                sock.sendall(piece)
                time.sleep(0.0005)
        elif isinstance(reply, bytes):
            sock.sendall(reply)
            if isinstance(reply, Stall):
                self._ended.wait(_SECONDS)
        else:
            sock.sendall(reply(request))


def _read_request(sock: socket.socket, *, whole: bool) -> bytes:
    """Return a request, or only its head; empty where the client has hung up."""
    request = b""
    while not _is_whole(request, whole):
        piece = sock.recv(_MOST if whole else 1)
        if not piece:
            return b""
        request += piece
    return request


def _is_whole(request: bytes, whole: bool) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    if not end or not whole:
        return bool(end)
    if b"\r\nTransfer-Encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, _, length = head.partition(b"\r\nContent-Length: ")
    return len(body) >= int(length.partition(b"\r\n")[0] or 0)


def listen_unix(path: Path) -> socket.socket:
    """Listen on a unix socket."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    return listener


def listen_tcp() -> socket.socket:
    """Listen on a free port of loopback."""
    return socket.create_server(("127.0.0.1", 0))


def server_context(authority: Authority, address: str = "127.0.0.1") -> ssl.SSLContext:
    """Make the context of a server that demands a client's certificate."""
    files = authority.server("server", address)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.certificate))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(files.certificate, files.key)
    return context

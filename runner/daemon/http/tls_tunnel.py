"""A connection through TLS of which each direction can be ended by itself, as a program's input is.

Python's own TLS sockets can't: they end both, or lose what arrives meanwhile (APPLICATION_DATA_AFTER_CLOSE_NOTIFY).
"""

from __future__ import annotations

import select
import socket
import ssl
from contextlib import suppress
from threading import Thread
from typing import Final

_AT_ONCE: Final = 1 << 16


def tunnel(wire: socket.socket, context: ssl.SSLContext, host: str) -> socket.socket:
    """Return a socket to the other side of TLS on a connected one, which it takes over; errors of TLS are OSErrors."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=host)
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            wire.sendall(outgoing.read())
            if not (arrived := wire.recv(_AT_ONCE)):
                raise ConnectionResetError("the engine closed the connection") from None
            incoming.write(arrived)
    ours, theirs = socket.socketpair()
    ours.settimeout(wire.gettimeout())
    passing = _Tunnel(tls, incoming, outgoing, wire, theirs)
    Thread(target=passing.run, name="tls", daemon=True).start()
    return ours


class _Tunnel:
    """Passes on what goes in both directions, in one thread: TLS state is for one at a time."""

    def __init__(
        self,
        tls: ssl.SSLObject,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        wire: socket.socket,
        inner: socket.socket,
    ) -> None:
        self._tls, self._incoming, self._outgoing = tls, incoming, outgoing
        self._wire, self._inner = wire, inner
        self._to_wire, self._to_inner = outgoing.read(), b""
        self._is_sending = self._is_receiving = True

    def run(self) -> None:
        """Work until the other side has ended, and all that it sent is passed on, or this side is closed."""
        with self._wire, self._inner, suppress(OSError):
            for sock in (self._wire, self._inner):
                sock.setblocking(False)
            self._decrypt()  # what came behind the handshake
            while self._is_receiving or self._to_inner:
                self._step()

    def _step(self) -> None:
        takes_more = self._is_receiving and not self._to_inner
        gives_more = self._is_sending and not self._to_wire
        wire, inner = self._ready(
            (select.POLLIN if takes_more else 0) | (select.POLLOUT if self._to_wire else 0),
            (select.POLLIN if gives_more else 0) | (select.POLLOUT if self._to_inner else 0),
        )
        if inner & select.POLLHUP:
            raise ConnectionAbortedError("this side was closed")
        if wire & select.POLLOUT:
            self._to_wire = self._to_wire[self._wire.send(self._to_wire) :]
        if inner & select.POLLOUT:
            self._to_inner = self._to_inner[self._inner.send(self._to_inner) :]
        if inner & select.POLLIN:
            self._encrypt()
        if takes_more and wire & ~select.POLLOUT:
            arrived = self._wire.recv(_AT_ONCE)
            self._incoming.write(arrived) if arrived else self._incoming.write_eof()
            self._decrypt()

    def _ready(self, for_wire: int, for_inner: int) -> tuple[int, int]:
        """Wait, and return what each socket is ready for."""
        poll, wire, inner = select.poll(), self._wire.fileno(), self._inner.fileno()
        poll.register(inner, for_inner)
        if for_wire:
            poll.register(wire, for_wire)
        ready = dict(poll.poll())
        return ready.get(wire, 0), ready.get(inner, 0)

    def _encrypt(self) -> None:
        """Send what there is; at its end, end this direction alone."""
        try:
            given = self._inner.recv(_AT_ONCE)
        except BlockingIOError:
            return
        if given:
            self._tls.write(given)
        else:
            self._is_sending = False
            with suppress(ssl.SSLWantReadError):  # the answer to it comes when the other direction ends
                self._tls.unwrap()
        self._to_wire += self._outgoing.read()

    def _decrypt(self) -> None:
        try:
            while piece := self._tls.read(_AT_ONCE):
                self._to_inner += piece
            self._is_receiving = False
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            self._is_receiving = False
        self._to_wire += self._outgoing.read()

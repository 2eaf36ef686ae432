"""A call that tunnels a socket: the bytes of both directions, in messages.

BuildKit forwards ssh agents this way, and engines that accept gRPC on their own socket tunnel a session this way.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Thread
from typing import Final

from runner.daemon.buildkit import protobuf as wire
from runner.daemon.buildkit.rpc_call import RpcCall, Status

_AT_ONCE: Final = 1 << 17
_WAITING: Final = 16
"""Maximum queued messages; the socket is not read while the queue is full."""
_TICK: Final = 0.5


class SocketTunnel(RpcCall):
    """A connected socket tunnelled over a call, until either end is closed."""

    def __init__(self, sock: socket.socket, wake: Callable[[], None]) -> None:
        """Take over a socket; `wake` notifies the call's connection that there is something to send."""
        self._sock = sock
        self._wake = wake
        self._outgoing: Queue[bytes] = Queue(_WAITING)
        self._is_open = True
        Thread(target=self._listen, name="buildkit-tunnel", daemon=True).start()

    def on_message(self, message: bytes) -> None:
        with suppress(OSError):
            self._sock.sendall(b"".join(value for _, value in wire.fields(message) if isinstance(value, bytes)))

    def next_message(self) -> bytes | None:
        try:
            data = self._outgoing.get_nowait()
        except Empty:
            return None
        if not data:
            self.ended = Status()
            return None
        return wire.text(1, data)

    def close(self, status: Status) -> None:
        self._is_open = False
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        """Queue what arrives on the socket, and an empty message at its end, which ends the call."""
        with self._sock:
            data = b"."
            while data and self._is_open:
                try:
                    data = self._sock.recv(_AT_ONCE)
                except OSError:
                    data = b""
                self._hand_on(data)

    def _hand_on(self, data: bytes) -> None:
        while self._is_open:
            with suppress(Full):
                self._outgoing.put(data, timeout=_TICK)
                self._wake()
                return

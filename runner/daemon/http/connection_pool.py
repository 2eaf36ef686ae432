"""Connections that are kept open between requests."""

from __future__ import annotations

import select
import socket
from collections import deque

from runner.daemon.http.dial import Dial


class ConnectionPool:
    """Keeps up to `size` idle connections. Any number of threads may use it, each connection only one at a time."""

    def __init__(self, dial: Dial, size: int) -> None:
        self._dial = dial
        self._size = size
        self._idle: deque[socket.socket] = deque()
        self._is_open = True

    def take(self, timeout: float) -> socket.socket:
        """Return an idle connection, or a new one; it belongs to the caller, who may give it back."""
        while self._is_open:
            try:
                sock = self._idle.pop()
            except IndexError:
                break
            if not _is_stale(sock):
                return sock
            sock.close()
        return self.dial(timeout)

    def dial(self, timeout: float) -> socket.socket:
        """Open a new connection; ConnectionAbortedError once the pool is closed."""
        if not self._is_open:
            raise ConnectionAbortedError("the connection was closed")
        return self._dial(timeout)

    def give_back(self, sock: socket.socket) -> None:
        """Take a connection on which nothing is to be sent or received any more."""
        if len(self._idle) >= self._size:
            sock.close()
            return
        self._idle.append(sock)
        if not self._is_open:  # meanwhile
            self.close()

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are given back."""
        self._is_open = False
        while self._idle:
            try:
                sock = self._idle.pop()
            except IndexError:
                return
            sock.close()


def _is_stale(sock: socket.socket) -> bool:
    """Return whether something has arrived, or the end: the engine has closed the connection, or confuses requests."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))

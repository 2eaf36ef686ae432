"""A socket in front of an engine's own that goes away in the middle of what is said over it."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from threading import Thread

_MOST = 1 << 16


class Relay:
    """Hands on what both sides say, until a client says a certain word: then nobody is there any more."""

    def __init__(self, engine: str, path: Path, *, last_word: bytes) -> None:
        """Prepare a relay from the unix socket `path` to the engine at a `unix://` URL."""
        self.url = f"unix://{path}"
        self._engine = engine.removeprefix("unix://")
        self._last_word = last_word
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._ends: list[socket.socket] = [self._listener]

    def start(self) -> None:
        """Listen."""
        self._listener.listen()
        Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """Hang up on everybody, and let nobody in again."""
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(self._engine)
                self._ends += [client, engine]
                Thread(target=self._ask, args=(client, engine), daemon=True).start()
                Thread(target=_hand_on, args=(engine, client), daemon=True).start()

    def _ask(self, client: socket.socket, engine: socket.socket) -> None:
        with suppress(OSError):
            while said := client.recv(_MOST):
                if self._last_word in said:
                    self.cut()
                    return
                engine.sendall(said)
            engine.shutdown(socket.SHUT_WR)


def _hand_on(giver: socket.socket, taker: socket.socket) -> None:
    with suppress(OSError):
        while said := giver.recv(_MOST):
            taker.sendall(said)
        taker.shutdown(socket.SHUT_WR)

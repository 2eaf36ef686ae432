"""The slots of a run: how many steps may work on the engine at a time."""

from __future__ import annotations

from collections import deque
from threading import Lock


class Slots:
    """Hands a fixed number of slots to threads, in the order of asking; those with something to finish go first.

    Without that, a resource that is up would be told only when all that are still to be started have had their turn.
    """

    def __init__(self, number: int) -> None:
        self._lock = Lock()
        self._free = number
        self._finishing: deque[Lock] = deque()
        self._beginning: deque[Lock] = deque()

    def acquire(self, *, finishing: bool = False) -> None:
        """Take a slot; block until there is one."""
        turn = Lock()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn.acquire()
            (self._finishing if finishing else self._beginning).append(turn)
        turn.acquire()

    def release(self) -> None:
        """Give a slot to whoever is next."""
        with self._lock:
            queue = self._finishing or self._beginning
            if queue:
                queue.popleft().release()
            else:
                self._free += 1

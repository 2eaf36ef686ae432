"""Threads that carry out calls: as many as are needed at once, up to a limit.

What `concurrent.futures` has beyond that, results and logging of errors, takes 8 ms of each command to load.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread
from typing import Any


class Workers:
    """Calls each function that is submitted in one of `most` threads; it must not raise."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._idle = Semaphore(0)
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._started = 0

    def submit(self, function: Callable[..., None], *arguments: Any) -> None:
        """Have a function called as soon as a thread is free; for one thread alone to use."""
        self._calls.put(partial(function, *arguments))
        if self._idle.acquire(blocking=False) or self._started == self._most:
            return
        self._started += 1
        Thread(target=self._work, name=f"{self._name}-{self._started}").start()

    def close(self) -> None:
        """Drop the calls that haven't begun; the threads end with those that have."""
        while self._drop():
            pass
        for _ in range(self._started):
            self._calls.put(None)

    def _drop(self) -> bool:
        try:
            self._calls.get_nowait()
        except Empty:
            return False
        return True

    def _work(self) -> None:
        while call := self._calls.get():
            call()
            self._idle.release()

"""Waits on the engine: woken by its event stream, with a deadline, and polling in case the stream fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Lock, Thread

from runner.core.engine_answers import EngineEvent
from runner.core.errors import Cancelled, EngineError, WaitTimeout
from runner.core.task import Pace

_RESUBSCRIBE_AFTER = 0.2
"""Seconds before resubscribing to a stream that ended."""


class Watcher:
    """Follows the events of a workflow's resources and wakes the waiters of each.

    The stream is read in a thread of its own and never left unread: a subscriber that doesn't read slows the whole
    engine down.
    """

    def __init__(self, events: Callable[[], Iterator[EngineEvent]]) -> None:
        self._events = events
        self._lock = Lock()
        self._waiting: dict[str, list[Event]] = {}
        self._why: str | None = None
        self._undisturbed = False
        self._closed = Event()

    def start(self) -> None:
        """Subscribe; events from now on wake waiters."""
        stream = self._subscribe()
        Thread(target=self._follow, args=(stream,), name="engine-events", daemon=True).start()

    def _subscribe(self) -> Iterator[EngineEvent]:
        """Return the stream, empty if it isn't available: steps and waiters hit the same error themselves."""
        try:
            return self._events()
        except EngineError:
            return iter(())

    def _follow(self, stream: Iterator[EngineEvent]) -> None:
        while not self._closed.is_set():
            with suppress(EngineError):  # waiters also poll, and hit the same error
                for event in stream:
                    self._wake(event.id)
            self._closed.wait(_RESUBSCRIBE_AFTER)
            stream = self._subscribe()

    def _wake(self, id: str | None = None) -> None:
        with self._lock:
            for waiting, signals in self._waiting.items():
                if id is None or waiting == id:
                    for signal in signals:
                        signal.set()

    def wait(self, id: str, met: Callable[[], bool], *, what: str, timeout: float, every: Pace) -> None:
        """Return as soon as `met` does; see `core.task.Task.wait`."""
        deadline = time.monotonic() + timeout
        signal = Event()
        with self._lock:
            self._waiting.setdefault(id, []).append(signal)
        try:
            while True:
                signal.clear()
                self.raise_if_cancelled()
                if met():
                    return
                left = deadline - time.monotonic()
                if left <= 0:
                    raise WaitTimeout(f"not {what} within {timeout:g} s", help="increase --timeout")
                signal.wait(min(every() if callable(every) else every, left))
        finally:
            with self._lock:
                self._waiting[id].remove(signal)

    def cancel(self, why: str = "interrupted") -> None:
        """Make every wait, now and later, raise Cancelled; the first reason given is kept."""
        with self._lock:
            if self._why is None and not self._undisturbed:
                self._why = why
        self._wake()

    def raise_if_cancelled(self) -> None:
        """Raise Cancelled if the run was cancelled."""
        if self._why is not None:
            raise Cancelled(self._why)

    def shield(self) -> str | None:
        """Make waits work again and ignore later cancels; return why the run was cancelled, None if it wasn't."""
        with self._lock:
            why, self._why, self._undisturbed = self._why, None, True
        return why

    @property
    def why(self) -> str:
        """Why the run was cancelled; empty if it wasn't."""
        return self._why or ""

    @property
    def is_cancelled(self) -> bool:
        """True once the run was cancelled."""
        return self._why is not None

    def close(self) -> None:
        """Stop following; the thread ends with the stream."""
        self._closed.set()

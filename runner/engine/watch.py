"""Waiting for the engine: on its event stream, with a deadline, and without trusting the stream alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock, Thread

from runner.core.errors import Cancelled, EngineError, StepFailed
from runner.core.gateway import Gateway

_RESUBSCRIBE_AFTER = 0.2
"""Seconds between a stream that ended and the next try."""


class Watcher:
    """Follows what happens to a workflow's things and wakes whoever waits for one of them.

    The stream is read in a thread of its own and never left unread: a subscriber that doesn't
    read slows the whole engine down.
    """

    def __init__(self, gateway: Gateway, label: str) -> None:
        self._gateway = gateway
        self._label = label
        self._lock = Lock()
        self._waiting: dict[str, list[Event]] = {}
        self._cancelled = Event()
        self._closed = Event()

    def start(self) -> None:
        """Subscribe; what happens from now on wakes waiters."""
        stream = self._gateway.events(self._label)
        Thread(target=self._follow, args=(stream,), name="engine-events", daemon=True).start()

    def _follow(self, stream: object) -> None:
        while not self._closed.is_set():
            try:
                for event in stream if stream is not None else self._gateway.events(self._label):  # type: ignore[attr-defined]
                    self._wake(event.id)
            except EngineError:
                pass  # waiters look by themselves every so often, and meet the same error
            stream = None
            self._closed.wait(_RESUBSCRIBE_AFTER)

    def _wake(self, id: str | None = None) -> None:
        with self._lock:
            for waiting, signals in self._waiting.items():
                if id is None or waiting == id:
                    for signal in signals:
                        signal.set()

    def wait(self, id: str, met: Callable[[], bool], *, what: str, timeout: float, every: float) -> None:
        """Return as soon as `met` does; see `core.task.Task.wait`."""
        deadline = time.monotonic() + timeout
        signal = Event()
        with self._lock:
            self._waiting.setdefault(id, []).append(signal)
        try:
            while True:
                signal.clear()
                if self._cancelled.is_set():
                    raise Cancelled("interrupted")
                if met():
                    return
                left = deadline - time.monotonic()
                if left <= 0:
                    raise StepFailed(f"not {what} within {timeout:g} s", help="give it more time with --timeout")
                signal.wait(min(every, left))
        finally:
            with self._lock:
                self._waiting[id].remove(signal)

    def cancel(self) -> None:
        """Make every wait, now and later, end with Cancelled."""
        self._cancelled.set()
        self._wake()

    @property
    def is_cancelled(self) -> bool:
        """True once the run was interrupted."""
        return self._cancelled.is_set()

    def close(self) -> None:
        """Stop following; the thread ends with the stream."""
        self._closed.set()

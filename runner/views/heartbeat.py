"""Heartbeats: what a run still waits for, reported when there was no output about it for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from threading import Event, Thread
from typing import Final

from runner.core.resource_state import State
from runner.views.formatting import duration, pluralize
from runner.views.messages import state
from runner.views.run_state import Row

SECONDS: Final = 30.0
"""How long a run may be silent about what it waits for."""
_LOOKS: Final = 4
"""How many times per interval it is checked whether a message is due."""


class Heartbeat:
    """Calls `beat` in a thread of its own, several times in `interval` seconds, until it is stopped."""

    def __init__(self, beat: Callable[[], None], interval: float) -> None:
        self._beat, self._pause = beat, interval / _LOOKS
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the heartbeat; to be called from another thread, without a lock that `beat` takes."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        with suppress(OSError, ValueError):  # the reader is gone: the next regular write reports it
            while not self._stopped.wait(self._pause):
                self._beat()


def still_waiting(rows: Iterable[Row], due: Callable[[Row], bool], now: datetime) -> Iterator[tuple[Row | None, str]]:
    """Yield a sentence for each row that is waited for and `due`, and one without a row for all that wait for these."""
    waiting = 0
    for row in rows:
        if row.state in (State.PENDING, State.WAITING):
            waiting += 1
        elif row.is_waited_for and due(row):
            detail = f": {row.detail}" if row.detail else ""
            yield row, f"{row.address} still {state(row.state)} after {duration(row.elapsed_ms(now))}{detail}"
    if waiting:
        yield None, f"{pluralize(waiting, 'resource')} pending"

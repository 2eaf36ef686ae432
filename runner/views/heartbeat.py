"""Heartbeats: what a run still waits for, reported when there was no output about it for a while."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from threading import Event, Thread
from typing import Final

from runner.core.resource_state import State
from runner.views.formatting import duration, listed, pluralize
from runner.views.messages import needed
from runner.views.run_state import Row, RunState

SECONDS: Final = 30.0
"""How long a run may be silent about what it waits for."""
_MOST_NEEDS: Final = 3
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


def still_waiting(run: RunState, due: Callable[[Row], bool], now: datetime) -> Iterator[tuple[Row | None, str]]:
    """Yield a sentence for each row that is waited for and `due`, and one without a row for all that wait for these."""
    for row in run.rows:
        if row.is_waited_for and due(row):
            detail = run.detail(row, now)
            because = f": {detail}" if detail else ""
            yield row, f"{row.address} still {run.word(row)} after {duration(row.elapsed_ms(now))}{because}"
    if waiting := [row for row in run.rows if row.state in (State.PENDING, State.WAITING)]:
        yield None, f"{pluralize(len(waiting), 'resource')} pending{_needed(run, waiting)}"


def _needed(run: RunState, waiting: Iterable[Row]) -> str:
    """Return what most rows wait for."""
    needs = Counter(needed(other.address, what) for row in waiting for other, what in run.unmet(row))
    return f", waiting for {listed([need for need, _ in needs.most_common()], _MOST_NEEDS)}" if needs else ""

"""What every rendering of a run has in common."""

from __future__ import annotations

from typing import Protocol

from runner.core.event import LogRecord


class View(Protocol):
    """Is shown a run's records in order; `contextlib.closing` suits it."""

    def show(self, record: LogRecord) -> None:
        """Take one record in, and show what there is to show of it."""

    def close(self) -> None:
        """Leave the terminal as it was found, whether or not the run came to its end; the streams stay open."""

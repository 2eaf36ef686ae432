"""The interface of all views of a run."""

from __future__ import annotations

from typing import Protocol

from runner.core.event import LogRecord


class View(Protocol):
    """Gets a run's records in order; works with `contextlib.closing`."""

    def show(self, record: LogRecord) -> None:
        """Apply one record, and show what there is to show of it."""

    def close(self) -> None:
        """Restore the terminal, whether or not the run has finished; the streams stay open."""

"""The record of runs that change nothing, which is only kept if they fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.core.event import LogRecord, RunFinished

if TYPE_CHECKING:
    from runner.views.view import View


class FailuresOnly:
    """A view that buffers a run's log records, and passes them to the view returned by `make` only if the run fails."""

    def __init__(self, make: Callable[[], View]) -> None:
        self._make = make
        self._held: list[LogRecord] = []
        self._view: View | None = None

    def show(self, record: LogRecord) -> None:
        """Buffer the record; at the end of a failed run, pass all of them on."""
        self._held.append(record)
        if isinstance(record.event, RunFinished) and record.event.result == "failed":
            self._view = self._make()
            for held in self._held:
                self._view.show(held)

    def close(self) -> None:
        """Close the view, if one was created."""
        if self._view is not None:
            self._view.close()

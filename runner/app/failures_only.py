"""A record of runs that change nothing: they are worth one only when they fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.core.event import LogRecord, RunFinished

if TYPE_CHECKING:
    from runner.views.view import View


class FailuresOnly:
    """Holds a run's records back until it has failed, then shows them all to the view that `make` returns."""

    def __init__(self, make: Callable[[], View]) -> None:
        self._make = make
        self._held: list[LogRecord] = []
        self._view: View | None = None

    def show(self, record: LogRecord) -> None:
        """Keep the record in mind; of a failed run, pass all of them on."""
        self._held.append(record)
        if isinstance(record.event, RunFinished) and record.event.result == "failed":
            self._view = self._make()
            for held in self._held:
                self._view.show(held)

    def close(self) -> None:
        """Close the view, if there was reason to make one."""
        if self._view is not None:
            self._view.close()

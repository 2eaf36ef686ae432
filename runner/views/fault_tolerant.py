"""A view whose stream may fail: whoever read it has gone, or the disk is full. The others are shown the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from runner.core.event import LogRecord
from runner.views.view import View


def _nothing(_error: OSError) -> None:
    return


class FaultTolerantView:
    """Shows a run to a view until that fails, which ends no run by itself; it is a view, too."""

    def __init__(
        self,
        view: View,
        *,
        at_once: Callable[[OSError], None] = _nothing,
        in_the_end: Callable[[OSError], None] = _nothing,
    ) -> None:
        """Tell of a failure `at_once`, or `in_the_end`, when no view shows anything any more."""
        self._view = view
        self._at_once = at_once
        self._in_the_end = in_the_end
        self._failure: OSError | None = None

    def show(self, record: LogRecord) -> None:
        """Take one record in, unless an earlier one failed."""
        if self._failure is None:
            with self._noting_failure():
                self._view.show(record)

    def close(self) -> None:
        """Leave the terminal as it was found, as far as there is one."""
        with self._noting_failure():
            self._view.close()
        if self._failure is not None:
            self._in_the_end(self._failure)

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if self._failure is None:
                self._failure = error
                self._at_once(error)

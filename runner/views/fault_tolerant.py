"""A view whose stream may fail: its reader is gone, or the disk is full. Other views still get everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from runner.core.event import LogRecord
from runner.views.view import View


def _nothing(_error: OSError) -> None:
    return


class FaultTolerantView:
    """A view that forwards a run to another view until that fails; a failure doesn't end the run."""

    def __init__(
        self,
        view: View,
        *,
        at_once: Callable[[OSError], None] = _nothing,
        in_the_end: Callable[[OSError], None] = _nothing,
    ) -> None:
        """Report a failure `at_once`, and `in_the_end`, when no view shows anything any more; neither is required."""
        self._view = view
        self._at_once = at_once
        self._in_the_end = in_the_end
        self._failure: OSError | None = None

    def show(self, record: LogRecord) -> None:
        """Show one record, unless an earlier one failed."""
        if self._failure is None:
            with self._noting_failure():
                self._view.show(record)

    def close(self) -> None:
        """Restore the terminal, if there is one."""
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

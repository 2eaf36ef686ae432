"""A run on a terminal: one line per resource, redrawn in place, and messages and the summary around it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Event, RLock, Thread
from typing import Final, TextIO

from runner.core.event import DiagnosticEvent, LogRecord, Output, RunFinished
from runner.core.rollback_events import RollbackFinished, RollbackStarted
from runner.core.run_lock import LockBroken
from runner.views.canvas import room
from runner.views.diagnostics import one_line
from runner.views.door import unguarded
from runner.views.lines import Line, wrap_line
from runner.views.live_region import LiveRegion
from runner.views.messages import lock, rollback
from runner.views.next_steps import HowCalled
from runner.views.progress_table import frame
from runner.views.run_state import RunState
from runner.views.summary import summary
from runner.views.text_width import printable
from runner.views.writer import LineWriter

_FRAMES_PER_SECOND: Final = 10
_FRAMES_UNTIL_STILL: Final = 3
"""Frames that are left out after a window's size has changed, in case it goes on."""
_UNKNOWN_SIZE: Final = (80, 24)


def _now() -> datetime:
    return datetime.now(UTC)


class HumanView:
    """Draws progress on `progress`, a terminal, and writes the summary to `result`.

    It takes over the terminal with the first lines that it shows: its creator must make sure that `close` is called. A
    thread redraws, so that the elapsed time advances and many records take one redraw; with `animate` off each record
    redraws. `width` and `height` override the terminal's own.
    """

    def __init__(
        self,
        result: TextIO,
        progress: TextIO,
        *,
        colour: bool = True,
        animate: bool = True,
        width: int | None = None,
        height: int | None = None,
        clock: Callable[[], datetime] = _now,
        call: HowCalled | None = None,
    ) -> None:
        self._result = LineWriter(result, colour=colour and result.isatty())
        self._terminal = unguarded(progress)
        self._region = LiveRegion(self._terminal, LineWriter(progress, colour=colour))
        self._width, self._height = width, height
        self._clock = clock
        self._call = call
        self._run = RunState()
        self._above: list[Line] = []
        """What is to be written above the table with the next redraw."""
        self._in_use = RLock()
        self._failure: OSError | None = None
        self._closing = Event()
        self._ticker = Thread(target=self._tick, daemon=True) if animate else None

    def show(self, record: LogRecord) -> None:
        """Apply the record; the next redraw shows it. Raises OSError if the terminal is gone."""
        with self._in_use:
            if self._failure is not None:
                raise self._failure
            self._run.apply(record)
            self._above += self._said(record)
            if not self._ticker:
                self._redraw()
            elif not self._ticker.is_alive() and not self._closing.is_set():
                self._ticker.start()
        if isinstance(record.event, RunFinished):
            self.close()
            apart: list[Line] = [()] if self._run.rows else []
            self._result.write([*apart, *summary(self._run, self._size[0], self._call)])

    def close(self) -> None:
        """Draw a last time and release the cursor."""
        if self._closing.is_set():
            return
        self._closing.set()
        if self._ticker and self._ticker.is_alive():
            self._ticker.join()
        try:
            self._redraw()
        finally:
            self._region.close()

    def _tick(self) -> None:
        """Redraw until closed, or until the terminal is gone: the next record reports that.

        While a window is being resized nothing is drawn: the lines would be counted for a width that is gone.
        """
        former, pause = self._size, 0
        try:
            while not self._closing.wait(1 / _FRAMES_PER_SECOND):
                size = self._size
                pause = pause - 1 if size == former else _FRAMES_UNTIL_STILL
                former = size
                if pause <= 0:
                    with self._in_use:
                        self._redraw()
        except OSError as error:
            self._failure = error

    def _redraw(self) -> None:
        width, height = self._size
        lines = frame(self._run, self._clock(), room(width), max(1, height - 1))  # the last line is for the cursor
        above, self._above = self._above, []
        self._region.draw(above, lines, width, height)

    def _said(self, record: LogRecord) -> Iterator[Line]:
        """Yield the lines that stay above the table: findings, job output, the lock and the rollback."""
        width = room(self._size[0])
        if isinstance(record.event, DiagnosticEvent):
            for line in one_line(record.event.diagnostic):
                yield from wrap_line(line, width)
        elif isinstance(record.event, Output) and self._run.is_running(record.event.address):
            yield (("quiet", f"{record.event.address} | "), ("", printable(record.event.line)))
        elif isinstance(record.event, LockBroken):
            yield from wrap_line((("warning", lock(record.event)),), width)
        elif isinstance(record.event, RollbackStarted | RollbackFinished):
            yield from wrap_line((("warning", rollback(record.event)),), width)

    @property
    def _size(self) -> tuple[int, int]:
        """The terminal's width and height now."""
        if self._width is not None and self._height is not None:
            return self._width, self._height
        try:
            columns, lines = os.get_terminal_size(self._terminal.fileno())
        except (OSError, ValueError):
            columns, lines = _UNKNOWN_SIZE
        return self._width or columns or _UNKNOWN_SIZE[0], self._height or lines or _UNKNOWN_SIZE[1]

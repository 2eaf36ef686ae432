"""A run on a terminal: one line per resource, redrawn in place, and messages and the summary around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING, Final, TextIO

from runner.core.address import Address
from runner.core.event import DiagnosticEvent, LogRecord, Output, RunFinished
from runner.core.rollback_events import RollbackFinished, RollbackStarted
from runner.core.run_lock import LockBroken, LockWaiting
from runner.views.diagnostics import one_line
from runner.views.door import unguarded
from runner.views.lines import Line
from runner.views.messages import lock, rollback
from runner.views.progress_table import frame, name_width, row_line
from runner.views.run_state import RunState
from runner.views.summary import summary
from runner.views.text_width import printable
from runner.views.writer import LineWriter, rich_text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_REFRESHES_PER_SECOND: Final = 10


def _now() -> datetime:
    return datetime.now(UTC)


class HumanView:
    """Draws progress on `progress`, a terminal, and writes the summary to `result`.

    It takes over the terminal with the first record: its creator must make sure that `close` is called. A thread
    redraws while nothing happens, so that the elapsed time advances; with `animate` off each record redraws. `width`
    and `height` override the terminal's own.
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
    ) -> None:
        from rich.live import Live

        self._result = LineWriter(result, colour=colour and result.isatty())
        self._progress = LineWriter(progress)
        self._clock = clock
        self._board = RunState()
        self._scrolled: set[Address] = set()
        self._console = _console(unguarded(progress), colour, width, height)
        self._live = Live(
            console=self._console,
            get_renderable=self._draw,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._in_use = RLock()
        self._closing = Event()
        self._ticker = Thread(target=self._tick, daemon=True) if animate else None

    def show(self, record: LogRecord) -> None:
        """Apply the record; the next redraw shows it."""
        with self._in_use:
            self._begin()
            self._board.apply(record)
            for line in self._said(record):
                self._console.print(rich_text(self._progress.to_ascii(line)))
            if not self._ticker:
                self._live.refresh()
        if isinstance(record.event, RunFinished):
            self.close()
            apart: list[Line] = [()] if self._board.rows else []
            self._result.write([*apart, *summary(self._board, self._console.width)])

    def close(self) -> None:
        """Draw a last time and release the cursor."""
        self._closing.set()
        if self._ticker and self._ticker.is_alive():
            self._ticker.join()
        self._live.stop()

    def _begin(self) -> None:
        if self._live.is_started or self._closing.is_set():
            return
        self._live.start()
        if self._ticker:
            self._ticker.start()

    def _tick(self) -> None:
        """Redraw until closed.

        rich's own thread would draw between the measuring and the writing of a print, and leave lines behind.
        """
        while not self._closing.wait(1 / _REFRESHES_PER_SECOND):
            with self._in_use:
                self._live.refresh()

    def _said(self, record: LogRecord) -> Iterator[Line]:
        """Yield the lines that stay above the table: findings, job output, and finished rows when not all fit."""
        if isinstance(record.event, DiagnosticEvent):
            yield from one_line(record.event.diagnostic)
        elif isinstance(record.event, Output) and self._board.is_running(record.event.address):
            yield (("quiet", f"{record.event.address} | "), ("", printable(record.event.line)))
        elif isinstance(record.event, LockWaiting | LockBroken):
            yield (("warning", lock(record.event)),)
        elif isinstance(record.event, RollbackStarted | RollbackFinished):
            yield (("warning", rollback(record.event)),)
        rows = self._board.rows
        if len(rows) - len(self._scrolled) <= self._height:
            return
        names = name_width(rows)
        for row in rows:
            if row.state.is_final and row.address not in self._scrolled:
                self._scrolled.add(row.address)
                yield row_line(row, self._clock(), self._width, names)

    def _draw(self) -> RenderableType:
        from rich.console import Group

        lines = frame(self._board.rows, self._scrolled, self._clock(), self._width, self._height)
        return Group(*(rich_text(self._progress.to_ascii(line)) for line in lines))

    @property
    def _width(self) -> int:
        """The usable width: one cell is left free, since many terminals wrap when the last one is written."""
        return self._console.width - 1

    @property
    def _height(self) -> int:
        return max(1, self._console.height - 1)


def _console(stream: TextIO, colour: bool, width: int | None, height: int | None) -> Console:
    from rich.console import Console

    return Console(
        file=stream,
        force_terminal=True,
        color_system="auto" if colour else None,
        width=width,
        height=height,
        highlight=False,
        markup=False,
        emoji=False,
    )

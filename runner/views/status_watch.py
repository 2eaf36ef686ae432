"""The status while it is watched: drawn in place on a terminal; elsewhere a new table for each change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Final, Self, TextIO

from runner.core.diagnostic import Diagnostic
from runner.core.errors import EngineError, RunnerError
from runner.core.struct import Struct, replace
from runner.views.canvas import BELOW, TO_END_OF_LINE, Canvas, room
from runner.views.diagnostics import one_line
from runner.views.door import unguarded
from runner.views.lines import Line, truncate, wrap_line
from runner.views.status import status_lines
from runner.views.status_row import StatusRow
from runner.views.writer import LineWriter

_MOST_FINDINGS: Final = 5


class Moment(Struct):
    """What there is to show at one moment."""

    workflow: str
    rows: Sequence[StatusRow]
    problems: Sequence[Diagnostic] = ()
    warnings: Sequence[Diagnostic] = ()
    trouble: str = ""
    """Why it isn't as of now."""

    @property
    def findings(self) -> Sequence[Diagnostic]:
        """What is to be said besides, the worst first."""
        return (*self.problems, *self.warnings)


class StatusScreen:
    """Draws the status on the whole terminal, and leaves the last one below the command at the end."""

    def __init__(
        self,
        stream: TextIO,
        writer: LineWriter,
        size: Callable[[], tuple[int, int]],
        *,
        verbose: bool = False,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Prepare; `size` tells columns and lines of the terminal."""
        self._canvas = Canvas(unguarded(stream), whole=True)
        self._writer = writer
        self._size = size
        self._drawn: tuple[int, int] | None = None
        self._verbose = verbose
        self._clock = clock
        self._last: Moment | None = None

    def __enter__(self) -> Self:
        """Take over the terminal with the first frame."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the terminal back."""
        self._canvas.close()
        if self._last is not None:
            self._writer.write(self._lines(self._last, self._size()[0]))

    def is_resized(self) -> bool:
        """Return whether the window has another size than what was drawn."""
        return self._drawn != self._size()

    def show(self, moment: Moment) -> None:
        """Draw a frame over the one before."""
        columns, height = self._drawn = self._size()
        width = room(columns)
        lines = _fitted([*self._heading(moment, width), (), *self._lines(moment, width)], height, width)
        self._last = moment
        frame = f"{TO_END_OF_LINE}\r\n".join(map(self._writer.render, lines))
        self._canvas.draw(f"{frame}{TO_END_OF_LINE}{BELOW}")

    def _heading(self, moment: Moment, width: int) -> Iterator[Line]:
        title: Line = (("title", f"{moment.workflow}, {self._clock():%H:%M:%S}"), ("quiet", "  Ctrl-C ends"))
        yield truncate(title, width)
        if moment.trouble:
            yield from wrap_line((("error", moment.trouble),), width)

    def _lines(self, moment: Moment, width: int) -> Iterator[Line]:
        yield from status_lines(moment.rows, width, verbose=self._verbose)
        for finding in moment.findings[:_MOST_FINDINGS]:
            for line in one_line(finding):
                yield from wrap_line(line, width)


def _fitted(lines: Sequence[Line], height: int, width: int) -> Sequence[Line]:
    """Return the lines as far as they fit into the window, the last of which tells how many don't."""
    if len(lines) > height:
        shown = max(1, height - 1)
        lines = [*lines[:shown], (("quiet", f"… {len(lines) - shown} more lines; taller window or -o json"),)]
    return [truncate(line, width) for line in lines]


class StatusLog:
    """Writes the status each time that something else than the uptime changed, below the time."""

    def __init__(
        self, writer: LineWriter, *, verbose: bool = False, clock: Callable[[], datetime] = datetime.now
    ) -> None:
        self._writer = writer
        self._verbose = verbose
        self._clock = clock
        self._last: Moment | None = None

    def show(self, moment: Moment) -> None:
        """Write the table, or only what is the trouble."""
        steady = without_uptime(moment)
        if steady == self._last:
            return
        apart: list[Line] = [()] if self._last else []
        self._last = steady
        self._writer.write([*apart, (("title", f"{self._clock():%Y-%m-%d %H:%M:%S}"),)])
        if moment.trouble:
            self._writer.write([(("error", moment.trouble),)])
            return
        self._writer.write(status_lines(moment.rows, verbose=self._verbose))
        self._writer.write(line for finding in moment.findings for line in one_line(finding))


def trouble_text(error: RunnerError) -> str:
    """Return what is said of an error that keeps the status from being told as it is now."""
    if isinstance(error, EngineError):
        return f"the engine is gone, trying again: {error.message}"
    return f"the file can't be used, compared is the last valid one: {error.message}"


def without_uptime(moment: Moment) -> Moment:
    """Return what is compared to find out whether something changed."""
    return replace(moment, rows=[replace(row, uptime=None) for row in moment.rows])

"""The progress table of a run at one moment: one line per resource, for any terminal size; draws nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from runner.core.resource_state import State
from runner.core.struct import Struct
from runner.views.activity import lasting
from runner.views.formatting import duration
from runner.views.lines import Line, truncate, wrap_line
from runner.views.messages import interrupted, lock
from runner.views.run_state import Row, RunState
from runner.views.text_width import cells, cut, cut_start, pad

_MARKS: Final = {
    State.READY: ("✔", "good"),
    State.SUCCEEDED: ("✔", "good"),
    State.REMOVED: ("✔", "good"),
    State.UNCHANGED: ("✔", "good"),
    State.FAILED: ("✘", "error"),
    State.SKIPPED: ("↷", "warning"),
    State.CANCELLED: ("⏹", "warning"),
    State.ROLLED_BACK: ("↺", "warning"),
    State.PENDING: ("·", "quiet"),
    State.WAITING: ("·", "quiet"),
}
_GOOD: Final = tuple(which for which, (_, role) in _MARKS.items() if role == "good")
_DONE: Final = ("✔", "good")
_WATCHED: Final = ("◔", "busy")
_SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TURNS_PER_SECOND: Final = 10
_NARROWEST_DETAIL: Final = 8
_TIME_WIDTH: Final = 6
_LEAST_STATE_WIDTH: Final = len("starting")
"""As wide as most states of work, so that the columns rarely move."""
_AGAIN: Final = "; Ctrl-C again stops at once"


def frame(run: RunState, now: datetime, width: int, height: int) -> list[Line]:
    """Return a run in at most `height` lines: if not all resources fit, the most relevant ones and a count."""
    footer = [*_lock_wait(run, now, width), *_interruption(run, width)][: height - 1]
    height -= len(footer)
    rows = run.rows
    shown, hidden = rows, tuple[Row, ...]()
    if len(rows) > height:
        ranked = sorted(rows, key=lambda row: (_rank(run, row), -row.done_at.timestamp() if row.done_at else 0))
        shown, hidden = tuple(ranked[: height - 1]), tuple(ranked[height - 1 :])
    columns = _Columns(
        max((cells(str(row.address)) for row in rows), default=0),
        max((cells(run.word(row)) for row in shown), default=0),
    )
    lines = [_row_line(run, row, now, width, columns) for row in shown]
    return [*lines, *([truncate((("quiet", _rest(run, hidden)),), width)] if hidden else []), *footer]


def _rank(run: RunState, row: Row) -> int:
    """Return how relevant a row is: failures first, then what is worked on or watched, what waits, and what is over."""
    if row.state in (State.FAILED, State.ROLLED_BACK):
        return 0
    if row.is_waited_for:
        return 2 if row.is_watched else 1
    if run.is_waiting(row):
        return 3
    return 4 if row.is_done or row.state in _GOOD else 5


def _rest(run: RunState, rows: Sequence[Row]) -> str:
    """Count the rows that don't fit, by their states."""
    words = Counter(run.word(row) for row in rows).most_common()
    return f"… {len(rows)} more: {', '.join(f'{number} {word}' for word, number in words)}"


def _lock_wait(run: RunState, now: datetime, width: int) -> Iterator[Line]:
    """Yield whose lock is waited for, and since when."""
    if run.lock_wait is not None:
        event, since = run.lock_wait
        yield from wrap_line((("busy", f"{_spinner(now)} "), ("warning", f"{lock(event)}{lasting(since, now)}")), width)


def _interruption(run: RunState, width: int) -> list[Line]:
    """Return what an interrupted run still finishes, as long as it does."""
    if run.interrupted is None or run.finished is not None:
        return []
    working = [(row.address, row.verb) for row in run.rows if row.is_waited_for]
    return [*wrap_line((("warning", interrupted(run.interrupted.cause, working) + _AGAIN),), width)]


class _Columns(Struct):
    """The widths of the columns that differ."""

    name: int
    state: int


def _row_line(run: RunState, row: Row, now: datetime, width: int, columns: _Columns) -> Line:
    """Return a resource's line: mark, address, state, elapsed time, and what it does, if there is room."""
    mark, role = _mark_of(row, now)
    took = duration(row.elapsed_ms(now)) if row.began else ""
    states = max(_LEAST_STATE_WIDTH, columns.state)
    names = min(columns.name, max(8, width - states - _TIME_WIDTH - len("m     ")))
    head: Line = (
        (role, mark),
        ("", " "),
        ("name", pad(cut_start(str(row.address), names), names)),
        ("", "  "),
        (role, pad(run.word(row), states)),
        ("quiet", f" {took:>{_TIME_WIDTH}}"),
    )
    detail, room = run.detail(row, now), width - sum(cells(text) for _, text in head) - 2
    shown: Line = (("quiet", f"  {cut(detail, room)}"),) if detail and room >= _NARROWEST_DETAIL else ()
    return truncate((*head, *shown), width)


def _mark_of(row: Row, now: datetime) -> tuple[str, str]:
    """Return the mark of a row and its role; for work in progress a spinner that turns with the time."""
    if row.state in _MARKS:
        return _MARKS[row.state]
    if row.is_done or row.is_watched:
        return _DONE if row.is_done else _WATCHED
    return _spinner(now), "busy"


def _spinner(now: datetime) -> str:
    turns = int(now.timestamp() * _TURNS_PER_SECOND)
    return _SPINNER[turns % len(_SPINNER)]

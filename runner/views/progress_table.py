"""The progress table of a run at one moment: one line per resource, for any terminal size; draws nothing."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Final

from runner.core.address import Address
from runner.core.resource_state import State
from runner.views.formatting import duration
from runner.views.lines import Line, truncate
from runner.views.messages import state
from runner.views.run_state import Row
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
_SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TURNS_PER_SECOND: Final = 10
_WIDEST: Final = 100
_NARROWEST_DETAIL: Final = 8
_STATE_WIDTH: Final = max(len(state(which)) for which in State)


def frame(rows: Sequence[Row], scrolled: Set[Address], now: datetime, width: int, height: int) -> list[Line]:
    """Return the lines for the rows that haven't `scrolled` away.

    If there are too many, only the active rows and a summary.
    """
    names = name_width(rows)
    drawn = [row for row in rows if row.address not in scrolled]
    if len(drawn) <= height:
        return [row_line(row, now, width, names) for row in drawn]
    active = [row for row in drawn if row.is_active][: max(0, height - 1)]
    return [*(row_line(row, now, width, names) for row in active), truncate((("quiet", progress_counts(rows)),), width)]


def name_width(rows: Sequence[Row]) -> int:
    """Return the width of the longest name, so that all lines of a run align."""
    return max((cells(str(row.address)) for row in rows), default=0)


def row_line(row: Row, now: datetime, width: int, names: int) -> Line:
    """Return a resource's line: mark, address in `names` cells, state, detail if there is room, and elapsed time."""
    mark, role = mark_of(row.state, now)
    width = min(width, _WIDEST)
    took = duration(row.elapsed_ms(now)) if row.began else ""
    names = min(names, max(8, width - _STATE_WIDTH - 12))
    head: Line = (
        (role, mark),
        ("", " "),
        ("name", pad(cut_start(str(row.address), names), names)),
        ("", "  "),
        (role, pad(state(row.state), _STATE_WIDTH)),
    )
    room = width - names - _STATE_WIDTH - len("m " + "  " + "  " + "  ") - max(len(took), 6)
    detail = cut(row.detail, room) if room >= _NARROWEST_DETAIL else ""
    middle = f"  {pad(detail, room)}" if room >= _NARROWEST_DETAIL else ""
    return truncate((*head, ("quiet", f"{middle}  {took:>6}")), width)


def mark_of(which: State, now: datetime) -> tuple[str, str]:
    """Return the mark of a state and its role; for work in progress a spinner that turns with the time."""
    if which in _MARKS:
        return _MARKS[which]
    turns = int(now.timestamp() * _TURNS_PER_SECOND)
    return _SPINNER[turns % len(_SPINNER)], "busy"


def progress_counts(rows: Sequence[Row]) -> str:
    """Count the rows that are active, pending and finished."""
    active = sum(row.is_active for row in rows)
    over = sum(row.state.is_final for row in rows)
    return f"{over} done, {active} running, {len(rows) - active - over} pending"

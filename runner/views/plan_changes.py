"""The changes of a plan as text: what is done to each resource, why, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runner.core.plan import Action, Change
from runner.core.state import RetainedData
from runner.views.field_diffs import difference_lines
from runner.views.formatting import pace, reasons
from runner.views.lines import Line, aligned, indented, wrap_line
from runner.views.plan_groups import ChangeGroup, apart, grouped

SYMBOLS: Final = {
    Action.NOOP: (" ", "quiet"),
    Action.CREATE: ("+", "create"),
    Action.UPDATE: ("~", "update"),
    Action.REPLACE: ("±", "replace"),
    Action.DELETE: ("-", "delete"),
}
_ROLL: Final = "roll"
_LEGEND: Final = {
    "update": f"{SYMBOLS[Action.UPDATE][0]} change in place",
    _ROLL: f"{SYMBOLS[Action.UPDATE][0]} roll: tasks are replaced",
    "replace": f"{SYMBOLS[Action.REPLACE][0]} replace by a new one",
}
"""What the symbols stand for that don't explain themselves."""
_INDENT: Final = 4


def change_lines(changes: Iterable[Change], width: int, *, folds: bool = True) -> Iterator[Line]:
    """Yield changes with what differs; what destroys data last, in a block of its own."""
    groups = list((grouped if folds else apart)(changes))
    harmless = [group for group in groups if not group.change.destroys_data]
    yield from _group_lines(harmless, width)
    if destroying := [group for group in groups if group.change.destroys_data]:
        if harmless:
            yield ()
        yield (("error", "Destroys data"), ("", ", which cannot be undone:"))
        yield from _group_lines(destroying, width)


def _group_lines(groups: list[ChangeGroup], width: int) -> Iterator[Line]:
    for group, headline in zip(groups, aligned([_headline(group) for group in groups]), strict=True):
        yield from wrap_line(headline, width)
        yield from indented(difference_lines(group.change, width - _INDENT), _INDENT)
        yield from indented([_kept_line(data) for data in group.change.retains], _INDENT)


def _headline(group: ChangeGroup) -> list[Line]:
    change = group.change
    symbol, role = SYMBOLS[change.action]
    why: Line = (("quiet", reasons(change.reasons) + (f", {pace(change.pace)}" if change.pace else "")),)
    if change.destroys_data:
        why = (*why, ("error", ", all its data is lost"))
    return [((role, symbol), ("", " "), ("name", group.name)), ((role, group.verb),), why]


def legend(changes: Iterable[Change], width: int) -> Iterator[Line]:
    """Yield what the symbols of some changes mean, if they don't explain themselves."""
    sorts = {_ROLL if change.pace else change.action.value for change in changes}
    meanings = [words for sort, words in _LEGEND.items() if sort in sorts]
    if meanings:
        yield ()
        yield from wrap_line((("quiet", "; ".join(meanings)),), width)


def _kept_line(data: RetainedData) -> Line:
    return (("quiet", f"anonymous volume at {data.target} is kept"),)

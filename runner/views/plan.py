"""A plan as text: what would happen, field by field, and why; knows nothing of how it is carried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runner.core.plan import Action, Change, FieldDiff, Plan
from runner.views.lines import Line, aligned, indented
from runner.views.measure import cells
from runner.views.sentences import counted, reasons, to_do, value, verb_of

_SYMBOLS: Final = {
    Action.NOOP: (" ", "quiet"),
    Action.CREATE: ("+", "create"),
    Action.UPDATE: ("~", "update"),
    Action.REPLACE: ("±", "replace"),
    Action.DELETE: ("-", "delete"),
}
_INDENT: Final = 4
_ARROW: Final = " → "
_LEAST_ROOM: Final = 20
_MOST_ROOM: Final = 72


def plan_lines(
    plan: Plan, *, source: str = "workflow.yaml", host: str = "", verbose: bool = False, width: int = 120
) -> Iterator[Line]:
    """Yield the plan's lines, at most `width` cells wide where their names allow it.

    `source` is what the engine was compared with, `host` the engine's URL; `verbose` lists unchanged resources too.
    Its problems are findings and shown as such.
    """
    if not plan.pending and not plan.problems:
        resources = counted(len(plan.changes), "resource")
        yield (("good", "No changes"), ("", f": the engine matches {source} ({resources})"))
        if not verbose:
            return
    else:
        yield _header(plan, host)
    shown = plan.changes if verbose else plan.pending
    if shown:
        yield ()
    for change, headline in zip(shown, aligned([_headline(change) for change in shown]), strict=True):
        yield headline
        yield from indented(_diff_lines(change.diff, width - _INDENT), _INDENT)


def _header(plan: Plan, host: str) -> Line:
    at = f" ({host})" if host else ""
    where = f" on {plan.engine.name} {plan.engine.version}{at}"
    return (("title", f"Plan for {plan.workflow}"), ("", f"{where}: {to_do(plan)}"))


def _headline(change: Change) -> list[Line]:
    symbol, role = _SYMBOLS[change.action]
    why: Line = (("quiet", reasons(change.reasons)),)
    if change.destroys_data:
        why = (*why, ("error", ", destroys data"))
    return [((role, symbol), ("", " "), ("name", str(change.address))), ((role, verb_of(change)),), why]


def _diff_lines(diffs: Sequence[FieldDiff], width: int) -> Iterator[Line]:
    paths = max((cells(diff.path) for diff in diffs), default=0)
    why = max((cells(diff.reason.value) for diff in diffs), default=0)
    room = width - paths - why - len("  " + _ARROW + "  ")
    return aligned([_diff_cells(diff, min(max(room, _LEAST_ROOM), _MOST_ROOM)) for diff in diffs])


def _diff_cells(diff: FieldDiff, room: int) -> list[Line]:
    """Share `room` cells between the two values, so that one takes what the other leaves."""
    before = value(diff.before, max(room // 2, room - cells(value(diff.after, room))))
    after = value(diff.after, room - cells(before))
    way: Line = (("delete", before), ("", _ARROW), ("create", after))
    return [(("", diff.path),), way, (("quiet", diff.reason.value),)]

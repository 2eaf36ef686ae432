"""A plan as text: what would change, field by field, and why; independent of how it is applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runner.core.plan import Action, Change, FieldDiff, Plan
from runner.core.state import RetainedData
from runner.views.changed_files import changed_files
from runner.views.engine import engine_facts
from runner.views.formatting import before_and_after, plan_summary, pluralize, reasons, verb_of
from runner.views.lines import Line, aligned, indented, wrap_line
from runner.views.text_width import cells

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
"""A wider column would separate the reason too far from the path on narrow output."""
_WIDTH_OF_A_FILE: Final = 320
_BESIDE: Final = 80
_MOST_FIELDS: Final = 50
"""How many differences of one resource are shown."""


def plan_lines(
    plan: Plan,
    *,
    source: str = "workflow.yaml",
    idle: str = "",
    host: str = "",
    verbose: bool = False,
    width: int | None = 120,
) -> Iterator[Line]:
    """Yield the plan's lines, at most `width` cells wide if the names allow it; without a width, values are long.

    `source` is what the engine was compared with; `idle` is the reason why there are no changes, if it isn't that they
    match; `host` is the engine's URL; `verbose` adds the engine's facts and unchanged resources. The plan's problems
    are findings and shown as such.
    """
    width = _WIDTH_OF_A_FILE if width is None else width
    if not plan.pending and not plan.problems:
        why = idle or f"up to date with {source} ({pluralize(len(plan.changes), 'resource')})"
        yield (("good", "No changes"), ("", f": {why}"))
        if not verbose:
            yield from _retained_lines(plan, apart=False)
            return
    else:
        yield from _header(plan, host, width)
    if verbose:
        facts = ", ".join(f"{name} {fact}" for name, fact in engine_facts(plan.engine).items())
        yield from wrap_line((("quiet", facts),), width)
    shown = plan.changes if verbose else plan.pending
    if shown:
        yield ()
    for change, headline in zip(shown, aligned([_headline(change) for change in shown]), strict=True):
        yield headline
        yield from indented(_diff_lines(change.diff[:_MOST_FIELDS], width - _INDENT), _INDENT)
        if (left := len(change.diff) - _MOST_FIELDS) > 0:
            yield from indented([(("quiet", f"and {left} more; use -o json to see all"),)], _INDENT)
        yield from indented([_kept_line(data) for data in change.retains], _INDENT)
    yield from _retained_lines(plan, apart=bool(shown))


def _header(plan: Plan, host: str, width: int) -> Iterator[Line]:
    """Yield the plan's workflow, engine and counts: on one line or on two."""
    at = f" ({host})" if host else ""
    where = f" on {plan.engine.name} {plan.engine.version}{at}:"
    title, counts = f"Plan for {plan.workflow}", plan_summary(plan)
    if cells(f"{title}{where} {counts}") <= width:
        yield (("title", title), ("", f"{where} {counts}"))
    else:
        yield (("title", title), ("", where))
        yield from wrap_line((("", counts),), width)


def _kept_line(data: RetainedData) -> Line:
    return (("quiet", f"anonymous volume at {data.target} is kept"),)


def _retained_lines(plan: Plan, *, apart: bool) -> Iterator[Line]:
    """Yield the data retained from removed resources, which nothing else would show."""
    if plan.retained and apart:
        yield ()
    for data in plan.retained:
        whose = f": anonymous volume of {data.owner} at {data.target}, "
        yield (("warning", "Retained"), ("", whose), ("quiet", data.name))


def _headline(change: Change) -> list[Line]:
    symbol, role = _SYMBOLS[change.action]
    why: Line = (("quiet", reasons(change.reasons)),)
    if change.destroys_data:
        why = (*why, ("error", ", destroys data"))
    return [((role, symbol), ("", " "), ("name", str(change.address))), ((role, verb_of(change)),), why]


def _diff_lines(diffs: Sequence[FieldDiff], width: int) -> Iterator[Line]:
    paths = max((cells(diff.path) for diff in diffs), default=0)
    why = max((cells(diff.reason.value) for diff in diffs), default=0)
    room = max(width - paths - why - len("  " + _ARROW + "  "), _LEAST_ROOM)
    most = max(_MOST_ROOM, width - _BESIDE)
    return aligned([[(("", diff.path),), _way(diff, room, most), (("quiet", diff.reason.value),)] for diff in diffs])


def _way(diff: FieldDiff, room: int, most: int) -> Line:
    """Return the change of a value in `room` cells, and in no more than `most`; changed files are listed instead."""
    if diff.files:
        return (("", changed_files(diff.files, room)),)
    before, after = before_and_after(diff.before, diff.after, min(room, most))
    return (("delete", before), ("", _ARROW), ("create", after))

"""A plan as text: what would change, field by field, and why; independent of how it is applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runner.core.plan import Action, Change, Plan
from runner.core.state import RetainedData
from runner.views.engine import engine_facts
from runner.views.field_diffs import difference_lines
from runner.views.formatting import plan_summary, pluralize, reasons
from runner.views.lines import Line, aligned, indented, wrap_line
from runner.views.plan_groups import ChangeGroup, apart, grouped

_SYMBOLS: Final = {
    Action.NOOP: (" ", "quiet"),
    Action.CREATE: ("+", "create"),
    Action.UPDATE: ("~", "update"),
    Action.REPLACE: ("±", "replace"),
    Action.DELETE: ("-", "delete"),
}
_LEGEND: Final = {Action.UPDATE: "change in place", Action.REPLACE: "replace by a new one"}
"""The symbols that don't explain themselves."""
_INDENT: Final = 4
_WIDTH_OF_A_FILE: Final = 320


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
    match; `host` is the engine's URL; `verbose` adds the engine's facts and unchanged resources, and folds nothing. The
    plan's problems are findings and shown as such.
    """
    width = _WIDTH_OF_A_FILE if width is None else width
    has_counts = bool(plan.pending or plan.problems)
    if has_counts:
        yield from _header(plan, host, width)
    else:
        why = idle or f"up to date with {source} ({pluralize(len(plan.changes), 'resource')})"
        yield (("good", "No changes"), ("", f": {why}"))
        if not verbose:
            yield from _retained_lines(plan, apart=False)
            return
    if verbose:
        facts = ", ".join(f"{name} {fact}" for name, fact in engine_facts(plan.engine).items())
        yield from wrap_line((("quiet", facts),), width)
    shown = plan.changes if verbose else plan.pending
    if shown:
        yield ()
    yield from change_lines(shown, width, folds=not verbose)
    yield from _legend({change.action for change in shown}, width)
    yield from _retained_lines(plan, apart=bool(shown))
    if has_counts:
        yield ()
        yield from wrap_line((("title", "Plan"), ("", f": {plan_summary(plan)}")), width)


def _header(plan: Plan, host: str, width: int) -> Iterator[Line]:
    """Yield the plan's workflow and engine: on one line or on two."""
    title, where = f"Plan for {plan.workflow}", f" on {plan.engine.name} {plan.engine.version}"
    at = f" ({host})" if host else ""
    yield from wrap_line((("title", title), ("", f"{where}{at}")), width)


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
        yield headline
        yield from indented(difference_lines(group.change, width - _INDENT), _INDENT)
        yield from indented([_kept_line(data) for data in group.change.retains], _INDENT)


def _headline(group: ChangeGroup) -> list[Line]:
    change = group.change
    symbol, role = _SYMBOLS[change.action]
    why: Line = (("quiet", reasons(change.reasons)),)
    if change.destroys_data:
        why = (*why, ("error", ", all its data is lost"))
    return [((role, symbol), ("", " "), ("name", group.name)), ((role, group.verb),), why]


def _legend(actions: set[Action], width: int) -> Iterator[Line]:
    meanings = [f"{_SYMBOLS[action][0]} {words}" for action, words in _LEGEND.items() if action in actions]
    if meanings:
        yield ()
        yield from wrap_line((("quiet", "; ".join(meanings)),), width)


def _kept_line(data: RetainedData) -> Line:
    return (("quiet", f"anonymous volume at {data.target} is kept"),)


def _retained_lines(plan: Plan, *, apart: bool) -> Iterator[Line]:
    """Yield the data retained from removed resources, which nothing else would show."""
    if plan.retained and apart:
        yield ()
    for data in plan.retained:
        whose = f": anonymous volume of {data.owner} at {data.target}, "
        yield (("warning", "Retained"), ("", whose), ("quiet", data.name))

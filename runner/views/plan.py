"""A plan as text: what would change, field by field, and why; independent of how it is applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runner.core.plan import Change, Plan
from runner.views.formatting import plan_summary, pluralize
from runner.views.lines import Line, wrap_line

_WIDTH_OF_A_FILE: Final = 320


def plan_lines(
    plan: Plan,
    *,
    source: str = "workflow.yaml",
    tells_source: bool = False,
    idle: str = "",
    host: str = "",
    verbose: bool = False,
    width: int | None = 120,
) -> Iterator[Line]:
    """Yield the plan's lines, at most `width` cells wide if the names allow it; without a width, values are long.

    `source` is what the engine was compared with, which the head says if it `tells_source`; `idle` is the reason why
    there are no changes, if it isn't that they match; `host` is the engine's URL; `verbose` adds the engine's facts and
    unchanged resources, and folds nothing. The plan's problems are findings and shown as such.
    """
    width = _WIDTH_OF_A_FILE if width is None else width
    has_counts = bool(plan.pending or plan.problems)
    if has_counts:
        yield from _header(plan, source if tells_source else "", host, width)
    else:
        why = idle or f"up to date with {source} ({pluralize(len(plan.changes), 'resource')})"
        yield (("good", "No changes"), ("", f": {why}"))
    if verbose:
        from runner.views.engine import engine_facts

        facts = ", ".join(f"{name} {fact}" for name, fact in engine_facts(plan.engine).items())
        yield from wrap_line((("quiet", facts),), width)
    shown = plan.changes if verbose else plan.pending
    if shown:
        yield ()
        yield from _change_lines(shown, width, folds=not verbose)
    yield from _retained_lines(plan, apart=bool(shown))
    yield from _left_alone_lines(plan, width, verbose=verbose)
    if has_counts:
        yield ()
        yield from wrap_line((("title", "Plan"), ("", f": {plan_summary(plan)}")), width)


def _header(plan: Plan, source: str, host: str, width: int) -> Iterator[Line]:
    """Yield the plan's workflow, its files if there is something to say of them, and its engine: on one line or two."""
    title, where = f"Plan for {plan.workflow}", f" on {plan.engine.name} {plan.engine.version}"
    made_of = f" from {source}" if source else ""
    at = f" ({host})" if host else ""
    yield from wrap_line((("title", title), ("", f"{made_of}{where}{at}")), width)


def _change_lines(changes: Sequence[Change], width: int, *, folds: bool) -> Iterator[Line]:
    from runner.views.plan_changes import change_lines, legend  # most plans change nothing

    yield from change_lines(changes, width, folds=folds)
    yield from legend(changes, width)


def _retained_lines(plan: Plan, *, apart: bool) -> Iterator[Line]:
    """Yield the data retained from removed resources, which nothing else would show."""
    if plan.retained and apart:
        yield ()
    for data in plan.retained:
        whose = f": anonymous volume of {data.owner} at {data.target}, "
        yield (("warning", "Retained"), ("", whose), ("quiet", data.name))


def _left_alone_lines(plan: Plan, width: int, *, verbose: bool) -> Iterator[Line]:
    """Yield what the workflow has of entries that are switched off, and what they use; always if all else goes."""
    names = ", ".join(str(one.address) for one in plan.left_alone)
    if names and (verbose or not any(change.desired for change in plan.changes)):
        yield ()
        yield from wrap_line((("title", "Left alone"), ("", f", switched off: {names}")), width)

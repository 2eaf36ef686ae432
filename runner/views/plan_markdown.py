"""A plan as Markdown, made for a comment on a pull request: a summary, a table, and the differences folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import Final

from runner.core.plan import Plan
from runner.core.values import Marker, Value
from runner.views.changed_files import changed_files
from runner.views.field_diffs import FORCES, UNKNOWN_BEFORE, Difference, differences, is_unknown
from runner.views.findings_markdown import findings_markdown
from runner.views.formatting import pace, plan_summary, pluralize, reasons, value
from runner.views.markdown import MOST_CHARACTERS, code, fenced, folded, html_code, table_row
from runner.views.plan_changes import SYMBOLS
from runner.views.plan_groups import ChangeGroup, grouped
from runner.views.text_diff import GAP

_LONGEST_TABLE: Final = 20_000
_MOST_LINES: Final = 120
"""How many lines of differences one resource has."""
_MOST_OF_A_TEXT: Final = 40
_MOST_OF_A_VALUE: Final = 200


def plan_markdown(plan: Plan, *, source: str = "workflow.yaml", tells_source: bool = False, host: str = "") -> str:
    """Return the plan in at most MOST_CHARACTERS, with a count of what was left out; other arguments as in text."""
    head = "\n".join(_head(plan, source, host, tells_source=tells_source))
    groups = sorted(grouped(plan.pending), key=lambda group: group.change.destroys_data)
    table = "\n".join(_table(groups)) if groups else ""
    parts = [part for part in (head, table) if part]
    parts += _within_limit(groups, sum(map(len, parts)))
    return "\n\n".join(parts) + "\n"


def _within_limit(groups: Iterable[ChangeGroup], used: int) -> Iterator[str]:
    """Yield the differences that there is room for, and how many more there are."""
    differing = [group for group in groups if group.change.diff or group.change.retains]
    for at, group in enumerate(differing):
        block = _differences(group)
        used += len(block) + 2
        if used > MOST_CHARACTERS:
            left = sum(len(group.changes) for group in differing[at:])
            yield f"_The differences of {pluralize(left, 'more resource')} are left out, to keep this short._"
            return
        yield block


def _head(plan: Plan, source: str, host: str, *, tells_source: bool) -> Iterator[str]:
    at = f" ({code(host)})" if host else ""
    made_of = f" from {code(source)}" if tells_source else ""
    yield f"### Plan for {code(plan.workflow)}{made_of} on {code(f'{plan.engine.name} {plan.engine.version}')}{at}"
    yield ""
    if plan.pending or plan.problems:
        yield f"**{plan_summary(plan)}**"
    else:
        yield f"**No changes**: up to date with {code(source)} ({pluralize(len(plan.changes), 'resource')})"
    if doomed := plan.destroys_data:
        yield ""
        yield "> [!CAUTION]"
        names = ", ".join(code(str(change.address)) for change in islice(doomed, 20))
        more = f" and {len(doomed) - 20} more" if len(doomed) > 20 else ""
        yield f"> **Destroys data, which cannot be undone:** {names}{more}"
    yield from findings_markdown((*plan.problems, *plan.warnings))


def _table(groups: list[ChangeGroup]) -> Iterator[str]:
    yield table_row("", "resource", "action", "why")
    yield table_row(*["---"] * 4)
    rows = list(map(_row, groups))
    fitting = sum(1 for total in accumulate(map(len, rows)) if total <= _LONGEST_TABLE)
    yield from rows[:fitting]
    if left := sum(len(group.changes) for group in groups[fitting:]):
        yield table_row("", f"_and {pluralize(left, 'more resource')}_", "", "")


def _row(group: ChangeGroup) -> str:
    change = group.change
    why = reasons(change.reasons) + (f", {pace(change.pace)}" if change.pace else "")
    why += ", **all its data is lost**" if change.destroys_data else ""
    return table_row(SYMBOLS[change.action][0], code(group.name), group.verb, why)


def _differences(group: ChangeGroup) -> str:
    found = list(differences(group.change))
    lines = [line for one in found for line in _lines(one)]
    kept = [f"  anonymous volume at {data.target} is kept" for data in group.change.retains]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"  … {len(lines) - _MOST_LINES} more lines"]
    summary = f"{html_code(group.name)}: {pluralize(len(found), 'difference')}"
    return "\n".join(folded(summary, fenced((*lines, *kept), "diff")))


def _lines(one: Difference) -> Iterator[str]:
    """Yield one difference as lines that begin with what a block of type diff has for colours."""
    diff, mark = one.diff, f"  {FORCES}" if one.forces else ""
    if diff.files:
        yield f"! {diff.path}  {changed_files(diff.files, _MOST_OF_A_VALUE)}{mark}"
    elif one.text is not None:
        yield f"! {diff.path}  {one.text.summary}{mark}"
        yield from _text_lines(one.text.lines)
    elif is_unknown(diff):
        yield f"! {diff.path}  {UNKNOWN_BEFORE}{mark}"
    else:
        yield from _both(diff.path, diff.before, diff.after, mark)


def _text_lines(lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    listed = list(lines)
    for mark, line in listed[:_MOST_OF_A_TEXT]:
        yield GAP if mark == GAP else f"{mark}   {line}"
    if (left := len(listed) - _MOST_OF_A_TEXT) > 0:
        yield f"    … {pluralize(left, 'more line')}"


def _both(path: str, before: Value, after: Value | Marker, mark: str) -> Iterator[str]:
    if before is not None:
        yield f"- {path}  {value(before)}{mark if after is None else ''}"
    if after is not None:
        yield f"+ {path}  {value(after)}{mark}"

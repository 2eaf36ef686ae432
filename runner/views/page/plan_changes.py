"""The plan of a run: what was to change, field by field, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runner.core.plan import Action, Plan, Reason
from runner.views.changed_files import changed_files
from runner.views.field_diffs import UNKNOWN_BEFORE, Difference, differences, is_unknown
from runner.views.formatting import before_and_after, plan_summary, reasons
from runner.views.page.html import Child, Markup, element
from runner.views.page.sections import section
from runner.views.plan_changes import SYMBOLS
from runner.views.plan_groups import ChangeGroup, grouped
from runner.views.text_diff import GAP, TextDiff
from runner.views.text_width import printable

_TAGS: Final = {"+": "ins", "-": "del"}
_LONGEST: Final = 600
"""Characters of two values together; more are cut around their difference."""
_MOST_LINES: Final = 400
"""Of the difference of two texts."""


def plan_section(plan: Plan | None) -> Markup:
    """Return the section of the plan."""
    if plan is None:
        return section("plan", "Plan", "not recorded")
    detailed: list[Markup] = []
    alike: dict[tuple[Action, str, tuple[Reason, ...]], list[ChangeGroup]] = {}
    for group in grouped(plan.pending):
        change = group.change
        if change.diff or change.destroys_data:
            detailed.append(_change(group))
        else:
            alike.setdefault((change.action, change.verb, change.reasons), []).append(group)
    if not plan.pending:
        return section("plan", "Plan", plan_summary(plan) or "no changes")
    return section("plan", "Plan", plan_summary(plan), *detailed, *map(_alike, alike.values()))


def _change(group: ChangeGroup) -> Markup:
    """Show one change, or several equal ones, with its fields."""
    change = group.change
    title: list[Child] = [element("b", group.name), element("span", group.verb, class_="small")]
    title.append(element("span", reasons(change.reasons), class_="small"))
    if change.destroys_data:
        title.append(element("span", "destroys data", class_="tag bad"))
    found = [*differences(change)]
    tells_force = len({one.forces for one in found}) > 1
    fields = [part for one in found for part in _field(one, group.name, tells_force=tells_force)]
    body = element("dl", *fields, class_="fields") if fields else ""
    return element("div", element("h3", _sign(change.action), *title), body, class_="change")


def _alike(groups: Sequence[ChangeGroup]) -> Markup:
    """Show changes that differ in nothing but their resource."""
    first = groups[0].change
    number = sum(len(group.changes) for group in groups)
    count = f"{number} to {first.verb or first.action.value}"
    title = element("h3", _sign(first.action), count, element("span", reasons(first.reasons), class_="small"))
    names = element("ul", *(element("li", group.name) for group in groups), class_="names")
    return element("div", title, names, class_="change")


def _sign(action: Action) -> Markup:
    sign, word = SYMBOLS[action]
    return element("span", sign, class_=f"sign {word}", aria_hidden="true")


def _field(one: Difference, name: str, *, tells_force: bool) -> tuple[Markup, Markup]:
    diff = one.diff
    path = diff.shown_path or diff.path
    tags = [element("span", diff.reason.value, class_=f"tag {diff.reason.value}")]
    if tells_force and one.forces:
        tags.insert(0, element("span", "forces replacement", class_="tag forces"))
    parts = [*_values(one), element("span", *tags, class_="tags")]
    if one.text is not None and one.text.lines:
        parts.append(_lines(one.text, f"{name} {path}"))
    return element("dt", path), element("dd", *parts)


def _values(one: Difference) -> tuple[Markup, ...]:
    """Show both values of a field, or a summary of what has no short ones."""
    diff = one.diff
    if diff.files:
        return (element("span", changed_files(diff.files, _LONGEST)),)
    if one.text is not None:
        return (element("span", one.text.summary),)
    if is_unknown(diff):
        return (element("span", UNKNOWN_BEFORE),)
    before, after = before_and_after(diff.before, diff.after, _LONGEST)
    arrow = element("span", element("span", "→", aria_hidden="true"), element("span", "to", class_="sr"), class_="to")
    return element("del", before), arrow, element("ins", after)


def _lines(text: TextDiff, name: str) -> Markup:
    """Show the lines of two texts that differ."""
    label = f"Lines that differ: {name}"
    return element("pre", *_marked(text), class_="text", tabindex=0, role="region", aria_label=label)


def _marked(text: TextDiff) -> Iterator[Child]:
    for mark, line in text.lines[:_MOST_LINES]:
        shown = f"{mark} {printable(line)}" if mark != GAP else "…"
        yield element(_TAGS.get(mark, "span"), f"{shown}\n")
    if (left := len(text.lines) - _MOST_LINES) > 0:
        yield f"… {left} more"

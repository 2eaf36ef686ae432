"""The plan of a run: what was to change, field by field, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runner.core.plan import Action, Change, Effect, Plan, Reason
from runner.views.changed_files import changed_files
from runner.views.field_diffs import UNKNOWN_BEFORE, Difference, differences, is_unknown
from runner.views.formatting import before_and_after, plan_summary, pluralize, reasons, verb_of
from runner.views.page.html import Child, Markup, element
from runner.views.page.sections import section

_SIGNS: Final = {
    Action.CREATE: ("+", "create"),
    Action.UPDATE: ("~", "update"),
    Action.REPLACE: ("±", "replace"),
    Action.DELETE: ("-", "delete"),
    Action.NOOP: ("=", "quiet"),
}
_TAGS: Final = {"+": "ins", "-": "del"}
_LONGEST: Final = 600
"""Characters of two values together; more are cut around their difference."""
_OPEN: Final = 30
"""Up to that many equal changes are listed at once, more on request."""


def plan_section(plan: Plan | None) -> Markup:
    """Return the section of the plan."""
    if plan is None:
        return section("plan", "Plan", "not recorded")
    if not plan.pending:
        return section("plan", "Plan", plan_summary(plan) or "no changes")
    detailed = [change for change in plan.pending if change.diff or change.destroys_data]
    alike: dict[tuple[Action, str, tuple[Reason, ...]], list[Change]] = {}
    for change in plan.pending:
        if not (change.diff or change.destroys_data):
            alike.setdefault((change.action, verb_of(change), change.reasons), []).append(change)
    content = [*map(_change, detailed), *map(_alike, alike.values())]
    return section("plan", "Plan", plan_summary(plan), element("div", *content, class_="plan"))


def _change(change: Change) -> Markup:
    """Show one change with its fields."""
    title: list[Child] = [element("b", str(change.address)), element("span", verb_of(change), class_="small")]
    title.append(element("span", reasons(change.reasons), class_="small"))
    if change.destroys_data:
        title.append(element("span", "destroys data", class_="tag bad"))
    is_mixed = len({diff.effect for diff in change.diff}) > 1
    fields = [part for one in differences(change) for part in _field(one, tells_effect=is_mixed)]
    body = element("dl", *fields, class_="fields") if fields else ""
    return element("div", element("h3", _sign(change.action), *title), body, class_="change")


def _alike(changes: Sequence[Change]) -> Markup:
    """Show changes that differ in nothing but their resource."""
    first = changes[0]
    count = f"{len(changes)} to {verb_of(first)}"
    title = element("h3", _sign(first.action), count, element("span", reasons(first.reasons), class_="small"))
    names = element("ul", *(element("li", str(change.address)) for change in changes), class_="names")
    if len(changes) > _OPEN:
        names = element("details", element("summary", f"show all {pluralize(len(changes), 'name')}"), names)
    return element("div", title, names, class_="change")


def _sign(action: Action) -> Markup:
    sign, word = _SIGNS[action]
    return element("span", sign, class_=f"sign {word}", aria_hidden="true")


def _field(one: Difference, *, tells_effect: bool) -> tuple[Markup, Markup]:
    diff = one.diff
    path = diff.shown_path or diff.path
    tags = [element("span", diff.reason.value, class_=f"tag {diff.reason.value}")]
    if tells_effect and diff.effect is Effect.REPLACE:
        tags.insert(0, element("span", "forces replacement", class_="tag forces"))
    return element("dt", path), element("dd", *_values(one), element("span", *tags, class_="tags"))


def _values(one: Difference) -> tuple[Markup, ...]:
    """Show both values of a field, the lines in which they differ, or the files that it is a digest of."""
    diff = one.diff
    if diff.files:
        return (element("span", changed_files(diff.files, _LONGEST)),)
    if one.text is not None:
        lines = (element(_TAGS.get(mark, "span"), f"{mark} {line}\n") for mark, line in one.text.lines)
        return (element("span", one.text.summary), element("pre", *lines))
    if is_unknown(diff):
        return (element("span", UNKNOWN_BEFORE),)
    before, after = before_and_after(diff.before, diff.after, _LONGEST)
    arrow = element("span", element("span", "→", aria_hidden="true"), element("span", "to", class_="sr"), class_="to")
    return element("del", before), arrow, element("ins", after)

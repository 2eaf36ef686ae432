"""What failed: the cause, where in the file, what helps, and the last output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runner.core.address import Address
from runner.core.event import CheckFinished, Transition
from runner.views.formatting import duration, pluralize
from runner.views.messages import state
from runner.views.page.html import Markup, element
from runner.views.page.icons import icon, tone_of
from runner.views.page.report import RunReport
from runner.views.page.sections import section
from runner.views.page.timeline import Bar
from runner.views.text_width import printable

_MOST_LINES: Final = 200
"""Of the output of a resource; the last ones are shown."""


def failures_section(report: RunReport) -> Markup:
    """Return the section of failures; nothing when there are none."""
    if not report.failures:
        return Markup("")
    shown = [
        _failure(number, bar, report.outputs.get(bar.address, ())) for number, bar in enumerate(report.failures, 1)
    ]
    return section("failures", "Failures", pluralize(len(shown), "resource"), *shown)


def _failure(number: int, bar: Bar, output: Sequence[str]) -> Markup:
    row, last = bar.row, bar.row.last
    took = f" after {duration(last.elapsed_ms)}" if last is not None and last.elapsed_ms else ""
    title = element("h3", icon(tone_of(row.state)), str(row.address), element("span", f"{state(row.state)}{took}"))
    parts = [title, element("p", row.reason, class_="cause")] if row.reason else [title]
    if facts := _facts(last):
        parts.append(element("dl", *facts, class_="facts"))
    if last is not None and last.tail and output[-len(last.tail) :] != last.tail:
        parts.append(_lines("Last output", row.address, last.tail))
    if output:
        parts.append(_lines("Output during the run", row.address, output[-_MOST_LINES:]))
    return element("div", *parts, class_="failure", id=f"failure-{number}", tabindex=-1)


def _facts(last: Transition | CheckFinished | None) -> list[Markup]:
    """Return where the failure comes from, what helps and what the engine said, as far as is known."""
    found: list[tuple[str, str | None]] = [("Help", last.help if last else None)]
    if isinstance(last, Transition):
        place = last.place and (f"{last.place} ({last.key})" if last.key else last.place)
        found = [("At", place), *found, ("Engine", last.detail)]
    if last is not None and last.code:
        found.append(("More", f"runner explain {last.code}"))
    return [part for name, fact in found if fact for part in (element("dt", name), element("dd", printable(fact)))]


def _lines(title: str, address: Address, lines: Sequence[str]) -> Markup:
    text = "\n".join(map(printable, lines))
    label = f"{title}: {address}"
    pre = element("pre", text, class_="output", tabindex=0, role="region", aria_label=label)
    return element("div", element("h4", title), pre)

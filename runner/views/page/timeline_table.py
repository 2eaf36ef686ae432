"""The timeline as a table: a row for each resource, its stages drawn as a bar and told in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from runner.core.address import Address
from runner.views.formatting import duration
from runner.views.messages import state
from runner.views.page.critical_path import Link
from runner.views.page.html import Markup, element, join
from runner.views.page.icons import icon, tone_of
from runner.views.page.report import RunReport
from runner.views.page.sections import scrolling, section
from runner.views.page.timeline import Bar, Segment, Stage

_STEPS: Final = (
    *(factor * 10**power for power in range(4) for factor in (1, 2, 5)),
    *(10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000),
    *(hours * 3_600_000 for hours in (1, 2, 6, 12, 24)),
)
"""Distances of ticks in milliseconds, for round times."""
_MOST_TICKS: Final = 8
_MOST_SLOTS: Final = 3
_LEAST_WIDTH: Final = 0.35
"""Of a segment, in percent of the whole: a shorter one couldn't be seen."""


def timeline_section(report: RunReport) -> Markup:
    """Return the section with the critical path and the table."""
    bars = report.timeline.bars
    if not bars:
        return section("timeline", "Timeline", "nothing was to be done")
    count = f"{len(bars)} resources" if len(bars) > 1 else "1 resource"
    path = _path(report.path, report.timeline.duration)
    return section("timeline", "Timeline", count, path, _legend(bars), _filter(), _table(report))


def _path(path: tuple[Link, ...], whole: int) -> Markup:
    """List the links of the critical path."""
    if not path:
        return Markup("")
    links = [element("li", told, " ", element("b", duration(took))) for told, took in _told(path)]
    share = f" {duration(sum(link.duration for link in path))} of {duration(whole)}"
    key = element("i", class_="key critical", aria_hidden="true")
    label = element("h3", key, "Critical path", element("small", share))
    return element("div", label, element("ol", *links, class_="path"), class_="strip")


def _told(path: tuple[Link, ...]) -> Iterator[tuple[Markup, int]]:
    """Yield the links with their lengths; many that only took each other's slot are one."""
    for took_slot, alike in groupby(path, key=lambda link: link.took_slot):
        links = [*alike]
        if took_slot and len(links) > _MOST_SLOTS:
            text = f"{len(links)} resources, one after another by --parallel"
            yield element("span", text), links[-1].end - links[0].begin
        else:
            yield from ((element("span", str(link.address), class_="mono"), link.duration) for link in links)


def _legend(bars: tuple[Bar, ...]) -> Markup:
    """Explain the colours that occur."""
    used = {segment.stage for bar in bars for segment in bar.segments}
    keys = [
        element("li", element("i", class_=f"key {_class(stage)}", aria_hidden="true"), stage.value)
        for stage in Stage
        if stage in used
    ]
    return element("ul", *keys, class_="legend", aria_label="Colours of the stages")


def _filter() -> Markup:
    """Return what chooses rows, for a page with a script."""
    find = element("input", type="search", data_filter="name", placeholder="Name", autocomplete="off")
    critical = element("input", type="checkbox", data_filter="critical")
    unsuccessful = element("input", type="checkbox", data_filter="unsuccessful")
    return element(
        "form",
        element("label", "Resource ", find),
        element("label", critical, " critical path only"),
        element("label", unsuccessful, " not successful only"),
        element("output", aria_live="polite"),
        class_="filter",
        data_rows="timeline-rows",
        hidden=True,
        aria_label="Choose rows of the timeline",
    )


def _table(report: RunReport) -> Markup:
    ticks = _ticks(report.timeline.duration)
    links = {link.address: link for link in report.path}
    failed = {bar.address: number for number, bar in enumerate(report.failures, 1)}
    rows = [_row(bar, report.timeline.duration, links.get(bar.address), failed) for bar in report.timeline.bars]
    head = element(
        "tr",
        element("th", "Resource", scope="col", class_="name"),
        element("th", element("span", "Stages over time", class_="sr"), _axis(ticks), scope="col", class_="track"),
        element("th", "Took", scope="col", class_="took"),
        element("th", "Result", scope="col", class_="result"),
    )
    caption = element("caption", "What was done for each resource, in the order in which it began", class_="sr")
    table = element("table", caption, element("thead", head), element("tbody", *rows, id="timeline-rows"))
    grid = element("svg", element("defs", _grid(ticks)), class_="symbols", width=0, height=0, aria_hidden="true")
    return join((grid, scrolling("Timeline", table)))


def _row(bar: Bar, whole: int, link: Link | None, failed: dict[Address, int]) -> Markup:
    name, tone = str(bar.address), tone_of(bar.row.state)
    label: list[Markup] = [element("a", name, href="#events", data_show=name)]
    if link is not None:
        label.append(element("span", ", on the critical path", class_="sr"))
    word = element("span", state(bar.row.state))
    if bar.address in failed:
        word = element("a", state(bar.row.state), href=f"#failure-{failed[bar.address]}")
    took = duration(bar.worked) if bar.has_worked else "–"
    return element(
        "tr",
        element("th", *label, " ", element("small", bar.row.verb), scope="row", class_="name"),
        element("td", _bar(bar, whole, link), class_="track"),
        element("td", took, class_="took"),
        element("td", icon(tone), word, class_="result"),
        class_=" ".join(["row", tone, *(["critical"] if link else [])]),
        data_name=name,
    )


def _bar(bar: Bar, whole: int, link: Link | None) -> Markup:
    """Draw a resource's stages, and below them its part of the critical path."""
    parts = [element("use", href="#grid")]
    parts += [_rect(segment, whole) for segment in bar.segments]
    if link is not None:
        at = _extent(link.begin, link.end, whole)
        parts.append(element("rect", class_="critical", y="19", height="3", **at))
    told = ", ".join(f"{one.stage.value} {duration(one.duration)}" for one in bar.segments)
    spoken = f"from {duration(bar.segments[0].begin)}: {told}"
    return element("svg", *parts, role="img", aria_label=spoken, width="100%", height="24")


def _rect(segment: Segment, whole: int) -> Markup:
    thin = segment.stage.is_idle
    y, height = ("10", "4") if thin else ("5", "14")
    tip = f"{segment.stage.value} {duration(segment.duration)}, from {duration(segment.begin)}"
    at = _extent(segment.begin, segment.end, whole)
    shape = {} if thin else {"rx": "2"}
    return element("rect", element("title", tip), class_=_class(segment.stage), y=y, height=height, **at, **shape)


def _extent(begin: int, end: int, whole: int) -> dict[str, str]:
    """Return the place of a span on the axis, never too thin to be seen and never outside of it."""
    width = max(_percent(end - begin, whole), _LEAST_WIDTH)
    left = min(_percent(begin, whole), 100 - width)
    return {"x": f"{max(left, 0.0):.3f}%", "width": f"{min(width, 100.0):.3f}%"}


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _class(stage: Stage) -> str:
    return "stage-" + stage.value.replace(" ", "-")


def _ticks(whole: int) -> list[tuple[float, int]]:
    """Return the ticks of the axis: where in percent, and the milliseconds.

    >>> [at for _, at in _ticks(4_800)], [at for _, at in _ticks(0)]
    ([0, 1000, 2000, 3000, 4000], [0])
    """
    step = next((step for step in _STEPS if whole / step <= _MOST_TICKS), _STEPS[-1] * (whole // _STEPS[-1] // 8 + 1))
    return [(_percent(at, whole), at) for at in range(0, whole + 1, step)]


def _axis(ticks: list[tuple[float, int]]) -> Markup:
    return element("svg", *_labels(ticks), class_="axis", width="100%", height="18", aria_hidden="true")


def _labels(ticks: list[tuple[float, int]]) -> Iterator[Markup]:
    for number, (percent, at) in enumerate(ticks):
        anchor = "start" if percent < 2 else "end" if percent > 96 else "middle"
        odd = "odd" if number % 2 else None
        yield element("text", duration(at), x=f"{percent:.3f}%", y="13", text_anchor=anchor, class_=odd)


def _grid(ticks: list[tuple[float, int]]) -> Markup:
    """Return the lines of the ticks, drawn once and used in each row."""
    lines = [element("line", x1=f"{x:.3f}%", x2=f"{x:.3f}%", y1="0", y2="100%") for x, _ in ticks]
    return element("g", *lines, id="grid", class_="grid")

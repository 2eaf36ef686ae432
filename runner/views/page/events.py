"""The events of a run as a table, and what chooses among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from runner.core.event import Level, LogRecord, Output
from runner.views.event_lines import event_lines
from runner.views.formatting import pluralize
from runner.views.lines import text_of
from runner.views.page.html import Markup, element
from runner.views.page.report import RunReport
from runner.views.page.sections import scrolling, section

_MOST_OUTPUT: Final = 2000
"""Of the lines of output, the last ones are shown: a job may write millions."""


def events_section(report: RunReport) -> Markup:
    """Return the section of the events."""
    records = report.run.records
    shown = _shown(records)
    note = ""
    if left := len(records) - len(shown):
        note = f"{pluralize(left, 'earlier line')} of output left out; runner show {report.id} -o json has all."
    if report.run.is_partial:
        note = f"{note} Events of another version of runner are left out.".strip()
    hint = element("p", note, class_="hint") if note else ""
    return section("events", "Events", str(len(shown)), _filter(shown), hint, _table(shown))


def _shown(records: Sequence[LogRecord]) -> list[LogRecord]:
    output = [record.seq for record in records if isinstance(record.event, Output)]
    left_out = frozenset(output[:-_MOST_OUTPUT])
    return [record for record in records if record.seq not in left_out]


def _filter(records: Sequence[LogRecord]) -> Markup:
    """Return what chooses events, for a page with a script."""
    levels = [level.value for level in Level if any(record.level is level for record in records)]
    names = dict.fromkeys(filter(None, map(_address, records)))
    find = element("input", type="search", data_filter="text", placeholder="Text", autocomplete="off")
    return element(
        "form",
        element("label", "Text ", find, element("kbd", "/", aria_hidden="true")),
        element("label", "Level ", _choice("level", levels)),
        element("label", "Resource ", _choice("resource", names)),
        element("button", "Show all", type="reset"),
        element("output", aria_live="polite"),
        class_="filter",
        data_rows="event-rows",
        hidden=True,
        aria_label="Choose events",
    )


def _choice(name: str, values: Iterable[str]) -> Markup:
    options = [element("option", "all", value=""), *(element("option", value, value=value) for value in values)]
    return element("select", *options, data_filter=name)


def _table(records: Sequence[LogRecord]) -> Markup:
    heads = [element("th", word, scope="col") for word in ("Time (UTC)", "Level", "Resource", "Event")]
    caption = element("caption", "Events in their order", class_="sr")
    body = element("tbody", *map(_row, records), id="event-rows")
    table = element("table", caption, element("thead", element("tr", *heads)), body)
    return scrolling("Events", table)


def _row(record: LogRecord) -> Markup:
    name, level, moment = _address(record), record.level.value, record.timestamp
    clock = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03}"
    first, *rest = [text_of(line) for line in event_lines(record)] or [record.event.name]
    told = [element("span", first.removeprefix(f"{name} "))]
    told += [element("span", line, class_="more") for line in rest]
    return element(
        "tr",
        element("td", element("time", clock, datetime=moment.isoformat(timespec="milliseconds")), class_="time"),
        element("td", level, class_="level"),
        element("td", name, class_="who"),
        element("td", *told, class_="what"),
        class_=f"row {level}",
        data_name=name,
        data_level=level,
    )


def _address(record: LogRecord) -> str:
    """Return the resource that a record is about, or nothing."""
    found = getattr(record.event, "address", None)
    return "" if found is None else str(found)

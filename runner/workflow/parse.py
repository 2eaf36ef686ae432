"""Document → Workflow: parse every value with the codec of its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from runner.core.diagnostic import Diagnostic
from runner.core.values import Value
from runner.document.document import Document, Path
from runner.resource.codec import Invalid
from runner.resource.field import Field, Setting
from runner.resource.kind import Section, Sections
from runner.workflow.locate import span_of_value
from runner.workflow.partial import Partial
from runner.workflow.path_set import PathSet
from runner.workflow.sensitivity import sensitive_places
from runner.workflow.workflow import Entry, Workflow

Rows: TypeAlias = "dict[str, list[tuple[int, Field | Setting, list[str]]]]"
"""The rows of a section by the first step of their dotted names, each with its number among all and with all steps."""
_UNNAMED = "unnamed"
"""Placeholder for a workflow name that was rejected, so that names derived from it aren't errors as well."""
_MOST_WRONG = 50
"""How many errors are reported per value: each takes another pass over the rest."""


def parse_workflow(document: Document, sections: Sections, refused: set[Path], found: list[Diagnostic]) -> Workflow:
    """Parse every entry; what the schema rejected is left out, what a codec rejects is added to `found`."""
    refused = refused | document.invalid
    reader = _Reader(document, PathSet(refused), found)
    unread = {path[0] for path in refused if len(path) == 1}
    return Workflow(
        _UNNAMED if ("name",) in refused else str(document.data.get("name", _UNNAMED)),
        tuple(entry for section in sections.values() for entry in reader.entries(section)),
        unread_sections=frozenset(section.name for section in sections.values() if section.section in unread),
        unread_names=frozenset(name for key in unread for name in _names(document.data.get(str(key)))),
        unread_files=document.unread,
    )


def _names(section: Any) -> Iterator[str]:
    yield from section if isinstance(section, Mapping) else ()


class _Reader:
    """Reader of one document; `refused` are the paths that were reported already."""

    def __init__(self, document: Document, refused: PathSet, found: list[Diagnostic]) -> None:
        self._document = document
        self._refused = refused
        self._found = found
        self._sensitive_paths = PathSet(document.sensitive_paths)
        self._parsed_already: dict[object, Value] = {}
        self._wrong: set[Path] = set()
        """The paths in the current entry that a codec reported."""

    def entries(self, section: Section) -> Iterator[Entry]:
        """Yield every entry of a section; an unreadable entry has no values."""
        given = self._document.data.get(section.section)
        self._parsed_already.clear()
        rows = _rows_of(section) if given else {}
        for key, value in given.items() if isinstance(given, Mapping) else ():
            path: Path = (section.section, key)
            self._wrong.clear()
            refused = frozenset(self._refused.at_or_below(path))
            usable = path not in refused and isinstance(value, Mapping | None)
            values = self._values(section, rows, path, value) if usable and value else {}
            sensitive = frozenset(self._sensitive(section, rows, path, value))
            yield Entry(section, key, path, values, refused | self._wrong, sensitive)

    def _sensitive(self, section: Section, rows: Rows, path: Path, given: Any) -> Iterator[str]:
        if not isinstance(given, Mapping) or not self._sensitive_paths.at_or_below(path):
            return
        for _, row, steps in _given_rows(rows, given):
            place = _place(section, steps, path, given)
            if place is not None:
                yield from sensitive_places(self._document, self._sensitive_paths, row, place)

    def _values(self, section: Section, rows: Rows, path: Path, given: Mapping[str, Any]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for _, row, steps in _given_rows(rows, given):
            place = _place(section, steps, path, given)
            if place is not None and not self._refused.covers(place):
                self._read(row, place, values)
        return values

    def _read(self, row: Field | Setting, place: Path, values: dict[str, Value]) -> None:
        """Add the row's value by its name, if necessary without its invalid items."""
        partial = Partial(self._raw(row, place))
        for refused in self._refused.below(place):
            partial.leave_out(refused[len(place)])
        for _ in range(_MOST_WRONG):
            try:
                values[row.name] = self._parsed(row, partial.value)
                return
            except Invalid as invalid:
                way = tuple(partial.place(step) if depth == 0 else step for depth, step in enumerate(invalid.path))
                self._report(invalid, place, way)
                if not way or not partial.leave_out(way[0]):
                    return
        self._report(Invalid("more errors may follow here", code="more-mistakes", help="fix these first"), place, ())

    def _parsed(self, row: Field | Setting, raw: Any) -> Value:
        """Parse a value; what many entries have in common, once: a scalar or a list of scalars, as source text."""
        kind = type(raw)
        if not row.codec.from_source_text or (kind is not str and kind is not list):
            return row.codec.parse(raw)
        key = (row.name, raw if kind is str else tuple(raw))
        try:
            if key not in self._parsed_already:
                self._parsed_already[key] = row.codec.parse(raw)
            return self._parsed_already[key]
        except TypeError:  # not hashable: a list of maps
            return row.codec.parse(raw)

    def _raw(self, row: Field | Setting, place: Path) -> Any:
        return self._document.textual(place) if row.codec.from_source_text else self._document.value(place)

    def _report(self, invalid: Invalid, place: Path, way: tuple[str | int, ...]) -> None:
        self._wrong.add(place)
        span = span_of_value(self._document, place, way)
        self._found.append(Diagnostic(invalid.code or "wrong-value", invalid.message, span, invalid.help))


def _rows_of(section: Section) -> Rows:
    rows: Rows = {}
    for number, row in enumerate(section.rows):
        steps = row.name.split(".")
        rows.setdefault(steps[0], []).append((number, row, steps))
    return rows


def _given_rows(rows: Rows, given: Iterable[str]) -> list[tuple[int, Field | Setting, list[str]]]:
    """Return the rows of the keys of an entry, in the order of the section: a few of its many."""
    return sorted(row for key in given for row in rows.get(key, ()))


def _place(section: Section, steps: list[str], path: Path, value: Any) -> Path | None:
    """Return the path of a row's value in the entry at `path`, None if it isn't given."""
    for depth, step in enumerate(steps):
        if depth and not isinstance(value, Mapping):
            short = section.shorthand.get(steps[0]) == ".".join(steps) and value is not None
            return (*path, *steps[:depth]) if short else None
        if value is None or step not in value:
            return None
        value = value[step]
    return (*path, *steps)

"""Document → Workflow: parse every value with the codec of its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

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
        if not given or not isinstance(given, Mapping):
            return
        self._parsed_already.clear()
        rows = _Rows(section)
        for key, value in given.items():
            path: Path = (section.section, key)
            self._wrong.clear()
            refused = frozenset(self._refused.at_or_below(path))
            usable = path not in refused and isinstance(value, Mapping | None)
            values = self._values(rows, path, value) if usable and value else {}
            sensitive = frozenset(self._sensitive(rows, path, value))
            yield Entry(section, key, path, values, refused | self._wrong, sensitive)

    def _sensitive(self, rows: _Rows, path: Path, given: Any) -> Iterator[str]:
        if not isinstance(given, Mapping) or not self._sensitive_paths.at_or_below(path):
            return
        for row, place in rows.given(path, given):
            yield from sensitive_places(self._document, self._sensitive_paths, row, place)

    def _values(self, rows: _Rows, path: Path, given: Mapping[str, Any]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for row, place in rows.given(path, given):
            if not self._refused.covers(place):
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
                self._report(invalid, place, way, None if way else row)
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

    def _report(
        self, invalid: Invalid, place: Path, way: tuple[str | int, ...], row: Field | Setting | None = None
    ) -> None:
        """Add the finding of an invalid value; without help of its own, with an example of the row."""
        from runner.workflow.ways_out import such_as

        self._wrong.add(place)
        span = span_of_value(self._document, place, way)
        help = invalid.help or (such_as(row.name, row.examples) if row else None)
        self._found.append(Diagnostic(invalid.code or "wrong-value", invalid.message, span, help))


class _Rows:
    """The rows of a section, found by the keys of an entry: those are a few, and the rows are many."""

    def __init__(self, section: Section) -> None:
        self._by_name = {row.name: (number, row) for number, row in enumerate(section.rows)}
        self._shorthand = section.shorthand
        stepped = (name.split(".") for name in self._by_name)
        self._groups = {".".join(steps[:end]) for steps in stepped for end in range(1, len(steps))}

    def given(self, path: Path, entry: Mapping[str, Any]) -> list[tuple[Field | Setting, Path]]:
        """Return the rows that the entry at `path` sets, in their order, each with the path of its value."""
        found = sorted(self._find(path, entry, ""), key=itemgetter(0))
        return [(row, place) for _, row, place in found]

    def _find(self, path: Path, given: Mapping[str, Any], outer: str) -> Iterator[tuple[int, Field | Setting, Path]]:
        """Yield the number, the row and the path of each value in a map whose keys' names begin with `outer`."""
        for key, value in given.items():
            name = outer + key
            if name in self._by_name:
                yield *self._by_name[name], (*path, key)
            if name not in self._groups:
                continue
            if isinstance(value, dict):
                yield from self._find((*path, key), value, f"{name}.")
            elif value is not None and name in self._shorthand:
                yield *self._by_name[self._shorthand[name]], (*path, key)

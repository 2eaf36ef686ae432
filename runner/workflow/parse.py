"""Document → Workflow: every value read by the codec of its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.diagnostic import Diagnostic
from runner.core.values import Value
from runner.document.document import Document, Path
from runner.resource.codec import Invalid
from runner.resource.field import Field, Setting
from runner.resource.kind import Catalog, Kind
from runner.workflow.partial import Partial
from runner.workflow.places import place_of_value
from runner.workflow.workflow import Entry, Workflow


def parse_workflow(document: Document, catalog: Catalog, refused: set[Path], found: list[Diagnostic]) -> Workflow:
    """Read every entry; what the schema refused is left out, what a codec refuses is added to `found`."""
    refused = refused | document.poisoned
    reader = _Reader(document, refused, found)
    sections = {path[0] for path in refused if len(path) == 1}
    return Workflow(
        str(document.data.get("name", "")),
        tuple(entry for kind in catalog.values() for entry in reader.entries(kind)),
        unread_kinds=frozenset(kind.name for kind in catalog.values() if kind.section in sections),
        unread_names=frozenset(name for section in sections for name in _names(document.data.get(str(section)))),
    )


def _names(section: Any) -> Iterator[str]:
    yield from section if isinstance(section, Mapping) else ()


class _Reader:
    """Reads one document; `refused` are the paths that somebody has complained about already."""

    def __init__(self, document: Document, refused: set[Path], found: list[Diagnostic]) -> None:
        self._document = document
        self._refused = refused
        self._found = found

    def entries(self, kind: Kind) -> Iterator[Entry]:
        """Yield every entry of the kind's section; one that can't be read at all is there without values."""
        given = self._document.data.get(kind.section)
        for key, value in given.items() if isinstance(given, Mapping) else ():
            path: Path = (kind.section, key)
            before = len(self._found)
            usable = path not in self._refused and isinstance(value, Mapping | None)
            values = dict(self._values(kind, path, value)) if usable else {}
            broken = len(self._found) > before or any(refused[:2] == path for refused in self._refused)
            yield Entry(kind, key, path, values, broken)

    def _values(self, kind: Kind, path: Path, given: Any) -> Iterator[tuple[str, Value]]:
        for row in kind.rows:
            place = _place(kind, row, path, given)
            if place is not None and not any(place[: len(refused)] == refused for refused in self._refused):
                yield from self._read(row, place)

    def _read(self, row: Field | Setting, place: Path) -> Iterator[tuple[str, Value]]:
        """Yield the row's name and value, if need be without the items of it that are wrong."""
        partial = Partial(self._raw(row, place))
        for refused in self._refused:
            if len(refused) > len(place) and refused[: len(place)] == place:
                partial.leave_out(refused[len(place)])
        while True:
            try:
                yield row.name, row.codec.parse(partial.value)
                return
            except Invalid as invalid:
                way = tuple(partial.place(step) if depth == 0 else step for depth, step in enumerate(invalid.path))
                self._report(invalid, place, way)
                if not way or not partial.leave_out(way[0]):
                    return

    def _raw(self, row: Field | Setting, place: Path) -> Any:
        return self._document.textual(place) if row.codec.textual else self._document.value(place)

    def _report(self, invalid: Invalid, place: Path, way: tuple[str | int, ...]) -> None:
        span = place_of_value(self._document, place, way)
        self._found.append(Diagnostic(invalid.code or "wrong-value", invalid.message, span, invalid.help))


def _place(kind: Kind, row: Field | Setting, path: Path, value: Any) -> Path | None:
    """Return where a row's value stands in the entry at `path`, None when it isn't given."""
    steps = row.name.split(".")
    for depth, step in enumerate(steps):
        if depth and not isinstance(value, Mapping):
            short = kind.shorthand.get(steps[0]) == row.name and value is not None
            return (*path, *steps[:depth]) if short else None
        if value is None or step not in value:
            return None
        value = value[step]
    return (*path, *steps)

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
from runner.workflow.places import span_at
from runner.workflow.workflow import Entry, Workflow


def parse_workflow(document: Document, catalog: Catalog, refused: set[Path], found: list[Diagnostic]) -> Workflow:
    """Read every entry; what the schema refused is left out, what a codec refuses is added to `found`."""
    reader = _Reader(document, refused | document.poisoned, found)
    entries = tuple(entry for kind in catalog.values() for entry in reader.entries(kind))
    return Workflow(str(document.data.get("name", "")), entries)


class _Reader:
    """Reads one document; `skipped` are the paths that somebody has complained about already."""

    def __init__(self, document: Document, skipped: set[Path], found: list[Diagnostic]) -> None:
        self._document = document
        self._skipped = skipped
        self._found = found

    def entries(self, kind: Kind) -> Iterator[Entry]:
        """Yield every entry of the kind's section."""
        given = self._document.data.get(kind.section)
        section = given if isinstance(given, Mapping) else {}
        for key in section:
            path: Path = (kind.section, key)
            if path not in self._skipped and isinstance(section[key], Mapping | None):
                yield Entry(kind, key, path, dict(self._values(kind, path)))

    def _values(self, kind: Kind, path: Path) -> Iterator[tuple[str, Value]]:
        for row in kind.rows:
            place = self._place(kind, row, path)
            if place is None or self._is_skipped(place):
                continue
            try:
                yield row.name, row.codec.parse(self._raw(row, place))
            except Invalid as invalid:
                self._report(invalid, place)

    def _place(self, kind: Kind, row: Field | Setting, path: Path) -> Path | None:
        """Return where a row's value stands, None when it isn't given."""
        steps = row.name.split(".")
        value = self._document.value(path)
        for depth, step in enumerate(steps):
            if depth and not isinstance(value, Mapping):
                short = kind.shorthand.get(steps[0]) == row.name and value is not None
                return (*path, *steps[:depth]) if short else None
            if value is None or step not in value:
                return None
            value = value[step]
        return (*path, *steps)

    def _is_skipped(self, place: Path) -> bool:
        return any(place[: len(path)] == path or path[: len(place)] == place for path in self._skipped)

    def _raw(self, row: Field | Setting, place: Path) -> Any:
        return self._document.textual(place) if row.codec.textual else self._document.value(place)

    def _report(self, invalid: Invalid, place: Path) -> None:
        span = span_at(self._document, place, invalid.path)
        self._found.append(Diagnostic("wrong-value", invalid.message, span, invalid.help))

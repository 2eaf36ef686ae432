"""The location in a document that a finding is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from runner.core.span import Span
from runner.core.values import Value
from runner.document.document import Document, Path
from runner.resource.codec import Invalid
from runner.resource.field import Field, Setting
from runner.workflow.workflow import Entry

Way: TypeAlias = tuple[str | int, ...]


def span_of_value(document: Document, base: Path, way: Way) -> Span:
    """Return the span of the value at `way` from `base`; that of its key if the value is a map or a list."""
    path = _follow(document, base, way)
    is_long = isinstance(document.value(path), Mapping | list)
    return document.key_span_of(path) if is_long and path != base else document.span_of(path)


class EntryPlaces:
    """Finds spans in entries; remembers the written list item from which each canonical one came."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._written: dict[Path, dict[str, int]] = {}
        self._named: dict[Path, dict[str, int]] = {}

    def span(self, entry: Entry, way: Way) -> Span:
        """Return the span of the key or item at `way` from an entry."""
        return self._document.key_span_of(self.path(entry, way))

    def path(self, entry: Entry, way: Way) -> Path:
        """Return the path of `way` from an entry, as far as the document has it.

        In a list a name leads to the item that has it; an index counts the items of the canonical value.
        """
        return _follow(self._document, entry.path, self._as_written(entry, way), self._item)

    def _item(self, path: Path, items: list[Any], name: str) -> int | None:
        if path not in self._named:
            self._named[path] = _named_items(items)
        return self._named[path].get(name)

    def _as_written(self, entry: Entry, way: Way) -> Way:
        """Convert a canonical item's index to that of the written item: codecs sort lists and expand ranges."""
        if len(way) != 2 or not isinstance(way[1], int):
            return way
        name, index = str(way[0]), way[1]
        canonical, path = entry.values.get(name), (*entry.path, name)
        if not isinstance(canonical, tuple) or index >= len(canonical):
            return way
        if path not in self._written:
            self._written[path] = _written_items(entry, name, self._document.textual(path))
        return (name, self._written[path].get(repr(canonical[index]), index))


def _written_items(entry: Entry, name: str, written: Any) -> dict[str, int]:
    """Return for each canonical item the index of the first written item that it comes from."""
    row = next((row for row in entry.section.rows if row.name == name), None)
    found: dict[str, int] = {}
    if row is None or not isinstance(written, list):
        return found
    for index, item in enumerate(written):
        for canonical in canonical_items(row, item):
            found.setdefault(repr(canonical), index)
    return found


def _find_item(_path: Path, items: list[Any], name: str) -> int | None:
    return _named_items(items).get(name)


def _follow(
    document: Document, base: Path, way: Way, find_item: Callable[[Path, list[Any], str], int | None] = _find_item
) -> Path:
    """Follow a path as far as the document has it: a short form ends before the keys that it stands for."""
    path, value = base, document.value(base)
    for step in way:
        found: str | int | None = step
        if isinstance(value, list) and isinstance(step, str):
            found = find_item(path, value, step)
        if found is None or not _has(value, found):
            break
        path, value = (*path, found), value[found]
    return path


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _named_items(items: list[Any]) -> dict[str, int]:
    """Return the index of the first list item with each name, by name."""
    found: dict[str, int] = {}
    for index, item in enumerate(items):
        names = map(str, item.values()) if isinstance(item, Mapping) else re.split(r"[:=]", str(item))
        for name in names:
            found.setdefault(name, index)
    return found


def canonical_items(row: Field | Setting, item: Any) -> tuple[Value, ...]:
    """Return the canonical items of a single list item; empty if it is invalid."""
    try:
        parsed = row.codec.parse([item])
    except Invalid:
        return ()
    return parsed if isinstance(parsed, tuple) else ()

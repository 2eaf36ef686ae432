"""Where in a document the thing stands that a finding is about."""

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
    """Return the place of the value that `way` leads to from `base`; of its key where the value is a long one."""
    path = _follow(document, base, way)
    is_long = isinstance(document.value(path), Mapping | list)
    return document.key_span_of(path) if is_long and path != base else document.span_of(path)


class EntryPlaces:
    """Finds places in entries; remembers which written item of a list each canonical one came from."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._written: dict[Path, dict[str, int]] = {}
        self._named: dict[Path, dict[str, int]] = {}

    def span(self, entry: Entry, way: Way) -> Span:
        """Return the place of the key or item that `way` leads to from an entry."""
        return self._document.key_span_of(self.path(entry, way))

    def path(self, entry: Entry, way: Way) -> Path:
        """Return the path that `way` comes to from an entry, as far as the document has it.

        A name leads into a list to the item that bears it; an index counts the items of the canonical value.
        """
        return _follow(self._document, entry.path, self._as_written(entry, way), self._item)

    def _item(self, path: Path, items: list[Any], name: str) -> int | None:
        if path not in self._named:
            self._named[path] = _named_items(items)
        return self._named[path].get(name)

    def _as_written(self, entry: Entry, way: Way) -> Way:
        """Turn the index of a canonical item into that of the written one: codecs sort lists and spread ranges."""
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
    """Return for each canonical item the index of the first written one that it comes of."""
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
    """Go as far along the way as the document does: a short form ends before the keys that it stands for."""
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
    """Return where in a list the first item stands that bears a name, by name."""
    found: dict[str, int] = {}
    for index, item in enumerate(items):
        names = map(str, item.values()) if isinstance(item, Mapping) else re.split(r"[:=]", str(item))
        for name in names:
            found.setdefault(name, index)
    return found


def canonical_items(row: Field | Setting, item: Any) -> tuple[Value, ...]:
    """Return what one item of a list comes to by itself; nothing when it is wrong."""
    try:
        parsed = row.codec.parse([item])
    except Invalid:
        return ()
    return parsed if isinstance(parsed, tuple) else ()

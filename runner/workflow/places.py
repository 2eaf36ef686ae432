"""Where in a document the thing stands that a finding is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from runner.core.span import Span
from runner.core.values import Value
from runner.document.document import Document, Path
from runner.resource.codec import Invalid
from runner.resource.field import Field, Setting
from runner.workflow.workflow import Entry

Way: TypeAlias = tuple[str | int, ...]


def place_of_value(document: Document, base: Path, way: Way) -> Span:
    """Return the place of the value that `way` leads to from `base`; of its key where the value is a long one."""
    path = _follow(document, base, way)
    is_long = isinstance(document.value(path), Mapping | list)
    return document.key_span_of(path) if is_long and path != base else document.span_of(path)


def place_in_entry(document: Document, entry: Entry, way: Way) -> Span:
    """Return the place of the key or item that `way` leads to from an entry."""
    return document.key_span_of(path_in_entry(document, entry, way))


def path_in_entry(document: Document, entry: Entry, way: Way) -> Path:
    """Return the path that `way` comes to from an entry, as far as the document has it.

    A name leads into a list to the item that bears it; an index counts the items of the canonical value.
    """
    return _follow(document, entry.path, _as_written(document, entry, way))


def _follow(document: Document, base: Path, way: Way) -> Path:
    """Go as far along the way as the document does: a short form ends before the keys that it stands for."""
    path = base
    for step in way:
        value = document.value(path)
        found = _index(value, step) if isinstance(value, list) and isinstance(step, str) else step
        if not _has(value, found):
            break
        path = (*path, found)
    return path


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _index(items: list[Any], name: str) -> int | str:
    return next((index for index, item in enumerate(items) if _bears(item, name)), name)


def _bears(item: Any, name: str) -> bool:
    if isinstance(item, Mapping):
        return name in map(str, item.values())
    return name in re.split(r"[:=]", str(item))


def _as_written(document: Document, entry: Entry, way: Way) -> Way:
    """Turn the index of a canonical item into that of the item it came from: codecs sort lists and spread ranges."""
    if len(way) != 2 or not isinstance(way[1], int):
        return way
    name, index = str(way[0]), way[1]
    canonical, written = entry.values.get(name), document.textual((*entry.path, name))
    row = next((row for row in entry.section.rows if row.name == name), None)
    if row is None or not isinstance(canonical, tuple) or not isinstance(written, list):
        return way
    return (name, next((at for at, item in enumerate(written) if canonical[index] in _items(row, item)), index))


def _items(row: Field | Setting, item: Any) -> tuple[Value, ...]:
    """Return what one item of a list comes to by itself; nothing when it is wrong."""
    try:
        parsed = row.codec.parse([item])
    except Invalid:
        return ()
    return parsed if isinstance(parsed, tuple) else ()

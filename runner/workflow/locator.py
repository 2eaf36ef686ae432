"""Locates what an engine's error is about in an entry: by keys and a value, whatever form is used there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.span import Span
from runner.core.struct import Struct
from runner.core.values import Value
from runner.document.document import Document, Path
from runner.resource.field import Field, Setting
from runner.workflow.locate import EntryPlaces, Way, canonical_items
from runner.workflow.workflow import Entry


class EntryLocator(Struct):
    """Finds spans in one entry of a document; see `core.state.Locator`."""

    document: Document
    entry: Entry
    places: EntryPlaces

    def at(self, path: Way) -> Span | None:
        """Return the span at a path."""
        return self.places.span(self.entry, path)

    def find(self, keys: tuple[str, ...], value: str) -> tuple[str, Span] | None:
        """Return the first of some keys that the entry has, with the span of the item there that has the value."""
        for key in keys:
            path = (*self.entry.path, *key.split("."))
            if self._has(path):
                return key, self.document.key_span_of((*path, *self._item(key, path, value)))
        return None

    def _has(self, path: Path) -> bool:
        try:
            self.document.textual(path)
        except LookupError:
            return False
        return True

    def _item(self, key: str, path: Path, value: str) -> tuple[str | int, ...]:
        """Return the step to the item that has a value, in whatever form it is written; empty if none is found."""
        written = self.document.textual(path)
        if isinstance(written, Mapping):
            return next(((name,) for name, item in written.items() if _says(value, name, item)), ())
        if not isinstance(written, list):
            return ()
        row = next((row for row in self.entry.section.rows if row.name == key), None)
        meant = (
            index for index, item in enumerate(written) if row and any(_says(value, one) for one in _meant(row, item))
        )
        matching = (index for index, item in enumerate(written) if _says(value, item))
        found = next(meant, next(matching, None))
        return () if found is None else (found,)


def _meant(row: Field | Setting, item: Any) -> Iterator[Value]:
    """Yield the maps that a list item is parsed to: these keep apart values that its text doesn't."""
    return (one for one in canonical_items(row, item) if isinstance(one, Mapping))


def _says(value: str, *given: Any) -> bool:
    """Return whether a value is among the given ones: as a text or a part of it, or as a value of a map."""
    texts = [text for one in given for text in (one.values() if isinstance(one, Mapping) else (one,))]
    return any(isinstance(text, str) and _is_said(value, text) for text in texts)


def _is_said(value: str, text: str) -> bool:
    parts = (text, *re.split(r"[:=/]", text), *text.split(":"), *text.split("="))
    if value in parts or (value.startswith("CAP_") and value.removeprefix("CAP_") == text.upper()):
        return True
    relative = next((part for part in text.split(":") if part.startswith(".")), "")
    return bool(relative.lstrip("./")) and value.endswith(f"/{relative.lstrip('./')}")

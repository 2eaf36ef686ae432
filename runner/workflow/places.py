"""Where in a document the thing stands that a finding is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from runner.core.span import Span
from runner.document.document import Document, Path


def span_at(document: Document, base: Path, way: tuple[str | int, ...]) -> Span:
    """Return the place that `way` leads to from `base`; a name leads into a list to the item that bears it."""
    path = base
    for step in way:
        try:
            value = document.value(path)
        except LookupError:
            break
        path = (*path, _index(value, step) if isinstance(value, list) and isinstance(step, str) else step)
    if path == base and not way:
        return document.span_of(path)
    return document.key_span_of(path) if isinstance(path[-1], str) else document.span_of(path)


def _index(items: list[Any], name: str) -> int | str:
    return next((index for index, item in enumerate(items) if _bears(item, name)), name)


def _bears(item: Any, name: str) -> bool:
    if isinstance(item, Mapping):
        return name in map(str, item.values())
    return name in re.split(r"[:=]", str(item))

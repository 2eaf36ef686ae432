"""Values ↔ engine JSON: where a field stands in what is sent and in what inspect answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from runner.core.values import Value

Body: TypeAlias = dict[str, Any]
"""A create body in inspect's shape: {"Config": {…}, "HostConfig": {…}, …}."""


def put(body: Body, path: str, value: Any) -> None:
    """Set the value at a dotted path, making the objects on the way."""
    *parents, last = path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[last] = value


def get(document: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a dotted path, or None where anything on the way is missing."""
    return _follow(document, path.split("."))


def _follow(document: Mapping[str, Any], keys: Iterable[str]) -> Any:
    found: Any = document
    for key in keys:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


@dataclass(frozen=True, slots=True)
class Binding:
    """How a field's value gets into the create body, and how it is read back from inspect."""

    write: Callable[[Value, Body], None]
    read: Callable[[Mapping[str, Any]], Value]


STORED_IN_LABEL = Binding(lambda _value, _body: None, lambda _document: None)
"""Of a value that the engine doesn't keep: what was last set, a map of short texts, stands for what is there."""


def _same(value: Any) -> Any:
    return value


def canonical(value: Any) -> Value:
    """Turn engine JSON into a canonical value: lists become tuples."""
    if isinstance(value, list | tuple):
        return tuple(canonical(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    return value  # type: ignore[no-any-return]


def none_if_zero(value: Any) -> Value:
    """Read a number where zero means that nothing was set."""
    return value or None


def at(path: str, *, encode: Callable[[Any], Any] = _same, decode: Callable[[Any], Value] = canonical) -> Binding:
    """Bind a field to one place; `to` and `of` convert on the way there and back."""
    keys = path.split(".")

    def write(value: Value, body: Body) -> None:
        put(body, path, encode(value))

    def read(document: Mapping[str, Any]) -> Value:
        return decode(_follow(document, keys))

    return Binding(write, read)

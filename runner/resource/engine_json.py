"""Values ↔ engine JSON: where a field is in the create body and in the inspect document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from runner.core.struct import Struct
from runner.core.values import Value

Body: TypeAlias = dict[str, Any]
"""A create body in inspect form: {"Config": {…}, "HostConfig": {…}, …}."""


def put(body: Body, path: str, value: Any) -> None:
    """Set the value at a dotted path, creating missing objects."""
    *parents, last = path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[last] = value


def get(document: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path, or None if anything on the path is missing."""
    return _follow(document, path.split("."))


def _follow(document: Any, keys: Iterable[str]) -> Any:
    found: Any = document
    for key in keys:
        # Whether something is any Mapping takes ten times as long to tell.
        if type(found) is not dict and not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


class Binding(Struct):
    """How a field's value is written to the create body, and read back from inspect."""

    write: Callable[[Value, Body], None]
    read: Callable[[Mapping[str, Any]], Value]
    path: str = ""
    """Where it lies, for the reference page."""


STORED_IN_LABEL = Binding(lambda _value, _body: None, lambda _document: None)
"""For a value that the engine doesn't store: the last applied one, a map of short strings, is recorded instead."""


def _same(value: Any) -> Any:
    return value


def canonical(value: Any) -> Value:
    """Convert engine JSON to a canonical value: lists become tuples."""
    if value is None or isinstance(value, str | int):  # most are
        return value
    if isinstance(value, list | tuple):
        return tuple(canonical(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    return value  # type: ignore[no-any-return]


def none_if_zero(value: Any) -> Value:
    """Read a number for which zero means unset."""
    return value or None


def at(path: str, *, encode: Callable[[Any], Any] = _same, decode: Callable[[Any], Value] = canonical) -> Binding:
    """Bind a field to one path; `encode` and `decode` convert the value when writing and reading."""
    first, *rest = path.split(".")

    def write(value: Value, body: Body) -> None:
        put(body, path, encode(value))

    def read(document: Mapping[str, Any]) -> Value:
        return decode(_follow(document.get(first), rest))

    return Binding(write, read, path)

"""Fast schema validation of valid documents: most are valid, and need no loading of the jsonschema library.

Supports the keywords of runner's own schema, and treats a schema with any other keyword as not valid. Whatever is
rejected here is validated by the library, which alone can report what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from runner.resource.codec import EXPECTED, INSTEAD

_SILENT = frozenset({"$schema", "$defs", "title", "description", "examples", EXPECTED, INSTEAD})
"""Keywords that reject nothing."""
_DEFINITION = "#/$defs/"
_TYPES: Mapping[type, frozenset[str]] = {
    str: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    dict: frozenset({"object"}),
    list: frozenset({"array"}),
    type(None): frozenset({"null"}),
}


def is_surely_valid(schema: Any, value: Any, root: Mapping[str, Any]) -> bool:
    """Return whether a value is certain to be valid; `root` is the whole schema, for references into it."""
    if isinstance(schema, bool):
        return schema
    for keyword, wanted in schema.items():
        if keyword not in _SILENT:
            check = _CHECKS.get(keyword)
            if check is None or not check(wanted, value, schema, root):
                return False
    return True


def _ref(wanted: str, value: Any, _schema: Any, root: Mapping[str, Any]) -> bool:
    return wanted.startswith(_DEFINITION) and is_surely_valid(
        root["$defs"][wanted.removeprefix(_DEFINITION)], value, root
    )


def _any_of(wanted: list[Any], value: Any, _schema: Any, root: Mapping[str, Any]) -> bool:
    return any(is_surely_valid(branch, value, root) for branch in wanted)


def _type(wanted: str | list[str], value: Any, *_: Any) -> bool:
    return not _TYPES.get(type(value), frozenset()).isdisjoint((wanted,) if isinstance(wanted, str) else wanted)


def _const(wanted: Any, value: Any, *_: Any) -> bool:
    return type(wanted) is type(value) and bool(wanted == value)  # in Python True equals 1


def _enum(wanted: list[Any], value: Any, *_: Any) -> bool:
    return any(_const(one, value) for one in wanted)


def _minimum(wanted: float, value: Any, *_: Any) -> bool:
    return not _is_number(value) or value >= wanted


def _maximum(wanted: float, value: Any, *_: Any) -> bool:
    return not _is_number(value) or value <= wanted


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _pattern(wanted: str, value: Any, *_: Any) -> bool:
    return not isinstance(value, str) or _matcher(wanted)(value) is not None


@cache
def _matcher(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Return the search of a pattern: `re.search` looks each of them up in its own cache at every call."""
    return re.compile(pattern).search


def _items(wanted: Any, value: Any, _schema: Any, root: Mapping[str, Any]) -> bool:
    return not isinstance(value, list) or all(is_surely_valid(wanted, item, root) for item in value)


def _required(wanted: list[str], value: Any, *_: Any) -> bool:
    return not isinstance(value, dict) or all(name in value for name in wanted)


def _properties(wanted: Mapping[str, Any], value: Any, _schema: Any, root: Mapping[str, Any]) -> bool:
    if not isinstance(value, dict):
        return True
    return all(is_surely_valid(wanted[name], item, root) for name, item in value.items() if name in wanted)


def _pattern_properties(wanted: Mapping[str, Any], value: Any, _schema: Any, root: Mapping[str, Any]) -> bool:
    if not isinstance(value, dict):
        return True
    matching = (
        (inner, item) for pattern, inner in wanted.items() for name, item in value.items() if _matcher(pattern)(name)
    )
    return all(is_surely_valid(inner, item, root) for inner, item in matching)


def _others(wanted: Any, value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Validate the entries that the schema covers neither by name nor by pattern."""
    if not isinstance(value, dict):
        return True
    names, patterns = schema.get("properties", ()), schema.get("patternProperties", ())
    return all(
        is_surely_valid(wanted, item, root)
        for name, item in value.items()
        if name not in names and not any(_matcher(pattern)(name) for pattern in patterns)
    )


_CHECKS: Mapping[str, Callable[..., bool]] = {
    "$ref": _ref,
    "anyOf": _any_of,
    "type": _type,
    "const": _const,
    "enum": _enum,
    "minimum": _minimum,
    "maximum": _maximum,
    "pattern": _pattern,
    "items": _items,
    "required": _required,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _others,
    "unevaluatedProperties": _others,  # the schema has no composition in which the two would differ
}
KEYWORDS = _SILENT | _CHECKS.keys()
"""All keywords of a schema under which anything can be accepted."""

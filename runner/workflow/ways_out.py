"""Help for values of a wrong type: how to write what was probably meant."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from runner.core.lazy_pattern import lazy_pattern
from runner.core.names import as_workflow_name
from runner.resource.schema import WORKFLOW_NAME

_PLAIN: Final = lazy_pattern(r"[A-Za-z0-9_./][\w./@:=+-]*")
"""A text that needs no quotes, except for words that mean something else."""
_WORDS: Final = ("true", "false", "null")
_LONGEST: Final = 60
_FEW: Final = 8


def way_out(key: str | int | None, instance: Any, schema: Mapping[str, Any]) -> str | None:
    """Return how to write what was probably meant by a value; else an example of the schema, if it has one."""
    types = {name for branch in (schema, *schema.get("anyOf", ())) for name in _types(branch)}
    if not isinstance(key, str):
        return None
    if isinstance(instance, str) and instance.startswith("-") and "array" in types:
        return 'write "- " before each item, with a space'
    if isinstance(instance, str) and "array" in types:
        return f"write a list: {key}: [{flow(instance)}]"
    if isinstance(instance, list) and types <= {"object", "null"} and (name := _name_of(instance)):
        return f"write a map, each under its name: {key}: {{{flow(name)}: ...}}"
    if isinstance(instance, str) and schema.get("pattern") == WORKFLOW_NAME:
        return f"such as {key}: {as_workflow_name(instance)}"
    return such_as(key, schema.get("examples", ())) or _map_of(schema)


def _map_of(schema: Mapping[str, Any]) -> str | None:
    known = schema.get("properties", {})
    return f"write a map of: {', '.join(known)}" if 0 < len(known) <= _FEW else None


def such_as(key: str, examples: Sequence[Any]) -> str | None:
    """Return the first example of a key's value as it is written, unless it is long.

    >>> such_as("limits.memory", ["64m"]), such_as("ports", [["8080:80"]])
    ('such as memory: 64m', 'such as ports: [8080:80]')
    """
    text = f"{key.rpartition('.')[2]}: {flow(examples[0])}" if examples else ""
    return f"such as {text}" if text and len(text) <= _LONGEST else None


def flow(value: Any) -> str:
    """Write a value as YAML on one line.

    >>> flow(["a b", "true", 5, {"db": "healthy", "x": True}])
    '["a b", "true", 5, {db: healthy, x: true}]'
    """
    match value:
        case Mapping():
            return f"{{{', '.join(f'{flow(key)}: {flow(item)}' for key, item in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(map(flow, value))}]"
        case str() if _PLAIN.fullmatch(value) and value not in _WORDS:
            return value
    return json.dumps(value, ensure_ascii=False)


def _types(schema: Mapping[str, Any]) -> Sequence[str]:
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else given


def _name_of(items: list[Any]) -> str | None:
    """Return the name of a list's first item: a text, or a map with a name."""
    first = items[0] if items else None
    name = first.get("name") if isinstance(first, Mapping) else first
    return name if isinstance(name, str) else None

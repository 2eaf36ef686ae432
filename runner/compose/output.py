"""The canonical form of a project as text: JSON or YAML as `docker compose config` prints them, dollars doubled."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from math import isfinite
from typing import TypeAlias

from runner.compose.natural_order import natural
from runner.compose.node_edit import mapping
from runner.compose.table import COMPOSE
from runner.compose.table.form import Agents, Anything, Form, Items, Key, Named, Record
from runner.compose.values import text
from runner.core.struct import Struct
from runner.document.core_schema import Plain
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode

Printed: TypeAlias = "Plain | list[Printed] | dict[str, Printed]"

_ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029\x7f"[:-1]}


class Dialect(Struct):
    """What the two formats print differently."""

    extensions: bool
    """Whether extensions below the top are printed."""
    empty: bool
    """Whether maps are printed that are always there, and have nothing in them."""
    json: bool
    """Whether it is the JSON, with its own names, and with command and entrypoint even if they have no value."""


JSON = Dialect(extensions=False, empty=True, json=True)
YAML = Dialect(extensions=True, empty=False, json=False)


def to_json(root: MappingNode, shown: Callable[[str], str] = str) -> str:
    """Return a project as JSON, as `docker compose config --format json` prints it, with a final newline.

    `shown` returns what may be shown of a text.
    """
    plain = printed(root, JSON)
    assert isinstance(plain, dict)
    return shown(_json(dict(sorted(plain.items())), 0)).replace("$", "$$") + "\n"


def printed(root: MappingNode, dialect: Dialect) -> Printed:
    """Return a project as plain data, in the order of its keys."""
    return _plain(COMPOSE, root, dialect, top=True)


def _plain(form: Form | None, node: Node, dialect: Dialect, *, top: bool = False) -> Printed:
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(form, Agents) and isinstance(node, SequenceNode) and not dialect.json:
        return [text(item.value).replace("=", ": ", 1) for item in node.items if isinstance(item, ScalarNode)]
    if isinstance(node, SequenceNode):
        if isinstance(form, Anything) and not node.items and dialect.json:
            return None
        return [_plain(_inner(form), item, dialect) for item in node.items]
    record = form if isinstance(form, Record) else getattr(form, "record", None)
    if isinstance(record, Record):
        return dict(_record(record, node, dialect, top=top))
    inner = _inner(form)
    return {name: _plain(inner, node.entries[name].value, dialect) for name in _sorted(node, dialect)}


def _inner(form: Form | None) -> Form | None:
    """Return the form of what is in a list or a map of names."""
    match form:
        case Items(item=inner) | Named(value=inner):
            return inner
        case Anything():
            return form
    return None


def _record(form: Record, node: MappingNode, dialect: Dialect, *, top: bool) -> Iterator[tuple[str, Printed]]:
    for row in form.keys:
        one = node.entries.get(row.name)
        if not row.shown or (dialect.json and not row.json_shown):
            continue
        name = row.json_name if dialect.json and row.json_name else row.name
        if one is not None and (row.json_zero or not dialect.json or not _is_zero(one.value)):
            plain = _plain(row.form, one.value, dialect)
            if plain != {} or _is_shown_empty(row, dialect):
                yield name, plain
        elif one is None and _is_always(row) and _is_shown_empty(row, dialect):
            yield name, _plain(row.form, mapping(node, {}), dialect)
        elif one is None and dialect.json and row.null_shown:
            yield name, None
    if top or dialect.extensions:
        for name in _sorted(node, dialect):
            if name.startswith("x-"):
                yield name, _plain(Anything(), node.entries[name].value, dialect)


def _is_zero(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value == 0


def _sorted(node: MappingNode, dialect: Dialect) -> list[str]:
    return sorted(node.entries) if dialect.json else sorted(node.entries, key=natural)


def _is_shown_empty(row: Key, dialect: Dialect) -> bool:
    return dialect.empty or isinstance(row.form, Named) or not _is_always(row)


def _is_always(row: Key) -> bool:
    return isinstance(row.form, Record | Named) and row.form.always


def _json(value: Printed, indent: int) -> str:
    """Write JSON with the numbers of Go's encoder."""
    blank = "\n" + "  " * (indent + 1)
    if isinstance(value, dict):
        if not value:
            return "{}"
        inside = ("," + blank).join(f"{_text(name)}: {_json(inner, indent + 1)}" for name, inner in value.items())
        return "{" + blank + inside + "\n" + "  " * indent + "}"
    if isinstance(value, list):
        if not value:
            return "[]"
        return "[" + blank + ("," + blank).join(_json(one, indent + 1) for one in value) + "\n" + "  " * indent + "]"
    if value is None:
        return "null"
    return _text(value) if isinstance(value, str) else _number(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPED)


def _number(value: bool | int | float) -> str:
    if isinstance(value, float) and not isfinite(value):
        return _text(text(value))
    if isinstance(value, float):
        if value == 0 or 1e-6 <= abs(value) < 1e21:
            plain = format(Decimal(repr(value)), "f")
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
        return text(value).replace("e-0", "e-")
    return text(value)

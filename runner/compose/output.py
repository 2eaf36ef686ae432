"""The canonical form of a project as text: JSON or YAML as `docker compose config` prints them, dollars doubled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias

from runner.compose.node_edit import mapping
from runner.compose.table import COMPOSE
from runner.compose.table.form import Anything, Form, Items, Key, Named, Record
from runner.compose.values import text
from runner.core.struct import Struct
from runner.document.core_schema import Plain
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode

Printed: TypeAlias = "Plain | list[Printed] | dict[str, Printed]"


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


def to_json(root: MappingNode) -> str:
    """Return a project as JSON, as `docker compose config --format json` prints it, with a final newline."""
    plain = printed(root, JSON)
    assert isinstance(plain, dict)
    return _json(dict(sorted(plain.items())), 0).replace("$", "$$") + "\n"


def printed(root: MappingNode, dialect: Dialect) -> Printed:
    """Return a project as plain data, in the order of its keys."""
    return _plain(COMPOSE, root, dialect, top=True)


def service_json(service: MappingNode) -> dict[str, Printed]:
    """Return a service as plain data, in the order of its keys: what its hash is made of."""
    services = COMPOSE.key("services")
    assert services is not None
    assert isinstance(services.form, Named)
    plain = _plain(services.form.value, service, JSON)
    assert isinstance(plain, dict)
    return plain


def _plain(form: Form | None, node: Node, dialect: Dialect, *, top: bool = False) -> Printed:
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [_plain(form.item if isinstance(form, Items) else None, item, dialect) for item in node.items]
    record = form if isinstance(form, Record) else getattr(form, "record", None)
    if isinstance(record, Record):
        return dict(_record(record, node, dialect, top=top))
    inner = form.value if isinstance(form, Named) else None
    return {name: _plain(inner, one.value, dialect) for name, one in sorted(node.entries.items())}


def _record(form: Record, node: MappingNode, dialect: Dialect, *, top: bool) -> Iterator[tuple[str, Printed]]:
    for row in form.keys:
        one = node.entries.get(row.name)
        if not row.shown or (dialect.json and not row.json_shown):
            continue
        name = row.json_name if dialect.json and row.json_name else row.name
        if one is not None:
            plain = _plain(row.form, one.value, dialect)
            if dialect.empty or plain != {} or not _is_always(row):
                yield name, plain
        elif dialect.empty and _is_always(row):
            yield name, _plain(row.form, mapping(node, {}), dialect)
        elif dialect.json and row.null_shown:
            yield name, None
    if top or dialect.extensions:
        for name, one in sorted(node.entries.items()):
            if name.startswith("x-"):
                yield name, _plain(Anything(), one.value, dialect)


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
    return json.dumps(value, ensure_ascii=False)


def _number(value: bool | int | float) -> str:
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        written = text(value)
        return written.replace("e-0", "e-") if abs(value) >= 1e-6 or "e" in written else written
    return text(value)

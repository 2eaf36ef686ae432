"""Lists in which a later entry replaces an earlier one of the same identity, by the table."""

from __future__ import annotations

from collections.abc import Callable

from runner.compose.node_edit import mapping, sequence, with_value
from runner.compose.short.errors import ShortFormError
from runner.compose.short.volume import volume
from runner.compose.table import COMPOSE
from runner.compose.table.form import Form, Identity, Named, Record
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode


def unique(root: MappingNode) -> MappingNode:
    """Return a file in which each list has one entry of each identity, at the place of the first in the list."""
    return _unique_map(COMPOSE, root)


def _unique_map(form: Form, node: MappingNode) -> MappingNode:
    changed = {}
    for name, one in node.entries.items():
        row = form.key(name) if isinstance(form, Record) else None
        inner = form.value if isinstance(form, Named) else row.form if row else None
        value = one.value if inner is None else _unique(inner, row.unique if row else None, one.value)
        if value is not one.value:
            changed[name] = with_value(one, value)
    return mapping(node, {**node.entries, **changed}) if changed else node


def _unique(form: Form, identity: Identity | None, node: Node) -> Node:
    if isinstance(node, SequenceNode) and identity is not None:
        kept: dict[object, Node] = {}
        for item in node.items:
            kept[_INDEX[identity](item)] = item
        return node if len(kept) == len(node.items) else sequence(node, kept.values())
    if isinstance(node, MappingNode) and isinstance(form, Record | Named):
        return _unique_map(form, node)
    return node


def _field(node: Node, name: str) -> object:
    """Return the text of a value in a map, None if it isn't there; a number is not the text of its digits."""
    one = node.entries.get(name) if isinstance(node, MappingNode) else None
    value = one.value if one else None
    return value.value if isinstance(value, ScalarNode) else None


def _by_name(node: Node) -> object:
    return node.text.partition("=")[0] if isinstance(node, ScalarNode) else node


def _by_target(node: Node) -> object:
    if not isinstance(node, ScalarNode):
        return _field(node, "target") or node
    try:
        return _field(volume(node)[0], "target")
    except ShortFormError:
        return node


def _by_device(node: Node) -> object:
    if not isinstance(node, ScalarNode):
        return _field(node, "target") or node
    parts = node.text.split(":")
    return parts[1] if len(parts) > 1 else parts[0]


def _by_port(node: Node) -> object:
    if isinstance(node, ScalarNode):
        return node.text
    published, host = _field(node, "published"), _field(node, "host_ip")
    place = "0.0.0.0" if host is None else host
    return place, type(published), published, _field(node, "target"), _field(node, "protocol") or "tcp"


def _by_mount(folder: str) -> Callable[[Node], object]:
    def index(node: Node) -> object:
        if isinstance(node, ScalarNode):
            return f"{folder}/{node.text}"
        target = _field(node, "target")
        return f"{folder}/{_field(node, 'source')}" if target is None else target

    return index


def _by_path(node: Node) -> object:
    return node.text if isinstance(node, ScalarNode) else _field(node, "path") or node


def _whole(node: Node) -> object:
    return node.text if isinstance(node, ScalarNode) else node


_INDEX: dict[Identity, Callable[[Node], object]] = {
    Identity.NAME: _by_name,
    Identity.TARGET: _by_target,
    Identity.DEVICE: _by_device,
    Identity.PORT: _by_port,
    Identity.SECRET: _by_mount("/run/secrets"),
    Identity.CONFIG: _by_mount(""),
    Identity.FILE: _by_path,
    Identity.WHOLE: _whole,
}

"""Pieces of an entry of runner's language, and how an entry is put together of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from runner.compose.node_edit import mapping, scalar
from runner.core.struct import Struct
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode


class Part(Struct):
    """A key of an entry, such as `("limits", "cpus")`, the place where the key stands, and its value."""

    to: tuple[str, ...]
    place: Node
    value: Node


Parts: TypeAlias = Iterator[Part]


def same(entry: Entry, *to: str) -> Part:
    """Return a key of Compose under the path of its counterpart, with the value as it is."""
    return Part(to, entry.key, entry.value)


def put_together(place: Node, parts: Iterable[Part]) -> MappingNode:
    """Build an entry; of two parts for one key, the later one wins."""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.to[0], []).append(part)
    return mapping(place, {name: _entry(name, group) for name, group in groups.items()})


def _entry(name: str, group: list[Part]) -> Entry:
    last = group[-1]
    if len(last.to) == 1:
        return Entry(scalar(last.place, name), last.value)
    inner = (Part(part.to[1:], part.place, part.value) for part in group if len(part.to) > 1)
    return Entry(scalar(last.place, name), put_together(last.value, inner))


def is_nothing(node: Node) -> bool:
    """Return whether a value says nothing: null, an empty text, an empty list or map."""
    match node:
        case ScalarNode():
            return node.value is None or node.value == ""
        case SequenceNode():
            return not node.items
        case MappingNode():
            return not node.entries


def is_zero(node: Node) -> bool:
    """Return whether a value is 0, which Compose leaves out of what it asks of the engine."""
    return isinstance(node, ScalarNode) and node.text.strip() in ("0", "0.0", "0s")


def given(entries: Mapping[str, Entry], *names: str) -> Iterator[tuple[str, Entry]]:
    """Yield those of some keys that say something."""
    for name in names:
        entry = entries.get(name)
        if entry is not None and not is_nothing(entry.value):
            yield name, entry

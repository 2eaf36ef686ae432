"""Construction of nodes in place of others: what is made of a value keeps the value's place, however it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from runner.document.core_schema import Plain
from runner.document.mapping import extent
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode


def scalar(place: Node, value: Plain, text: str | None = None) -> ScalarNode:
    """Return a single value at the place of another node; its text is that of the value unless given.

    >>> from runner.document.source import Source
    >>> node = scalar(ScalarNode(Source.of("a", "x: y"), 3, 4, "y", "y"), True)
    >>> node.text, node.value, str(node.span)
    ('true', True, 'a:1:4')
    """
    written = text_of(value) if text is None else text
    return ScalarNode(place.source, place.start, place.end, written, value, not isinstance(value, str))


def text_of(value: Plain) -> str:
    """Return a value as YAML's core schema would write it.

    >>> [text_of(value) for value in (None, False, 1.5, "x")]
    ['', 'false', '1.5', 'x']
    """
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def sequence(place: Node, items: Iterable[Node]) -> SequenceNode:
    """Return a list of nodes at the place of another node."""
    inner = tuple(items)
    size, depth = extent(inner)
    return SequenceNode(place.source, place.start, place.end, inner, size, depth)


def mapping(place: Node, entries: Mapping[str, Entry]) -> MappingNode:
    """Return a mapping of entries at the place of another node."""
    size, depth = extent(entry.value for entry in entries.values())
    return MappingNode(place.source, place.start, place.end, entries, size, depth)


def entry(place: Node, name: str, value: Node) -> Entry:
    """Return an entry whose key stands at the place of a node."""
    return Entry(scalar(place, name), value)


def with_value(old: Entry, value: Node) -> Entry:
    """Return an entry with its key, and another value."""
    return old if value is old.value else Entry(old.key, value)


def with_entry(node: MappingNode, name: str, value: Node) -> MappingNode:
    """Return a mapping with one more value, or another one; a new key stands at the place of the value."""
    old = node.entries.get(name)
    return mapping(node, {**node.entries, name: with_value(old, value) if old else entry(value, name, value)})


def without(node: MappingNode, *names: str) -> MappingNode:
    """Return a mapping without some of its keys."""
    if not any(name in node.entries for name in names):
        return node
    return mapping(node, {name: one for name, one in node.entries.items() if name not in names})


def child(node: Node | None, *steps: str) -> Node | None:
    """Return the value that a path of keys leads to; None where there is no such key."""
    for step in steps:
        found = node.entries.get(step) if isinstance(node, MappingNode) else None
        node = found.value if found else None
    return node


def inner(node: Node | None, *steps: str) -> Mapping[str, Entry]:
    """Return the entries of the mapping that a path of keys leads to; none where there is no mapping."""
    found = child(node, *steps)
    return found.entries if isinstance(found, MappingNode) else {}


def items(node: Node | None, *steps: str) -> tuple[Node, ...]:
    """Return the items of the list that a path of keys leads to; none where there is no list."""
    found = child(node, *steps)
    return found.items if isinstance(found, SequenceNode) else ()


def text(node: Node | None) -> str:
    """Return the text of a single value; "" of anything else."""
    return node.text if isinstance(node, ScalarNode) else ""


def with_each(root: MappingNode, section: str, change: Callable[[MappingNode], MappingNode]) -> MappingNode:
    """Return a mapping with each map of a section changed."""
    found = child(root, section)
    if not isinstance(found, MappingNode):
        return root
    changed = {
        name: with_value(one, change(one.value)) if isinstance(one.value, MappingNode) else one
        for name, one in found.entries.items()
    }
    is_same = all(new is found.entries[name] for name, new in changed.items())
    return root if is_same else with_entry(root, section, mapping(found, changed))

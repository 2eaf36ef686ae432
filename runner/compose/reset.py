"""The tags `!reset` and `!override`: what a file takes out of the files before it, and of the services it extends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from runner.compose.node_edit import mapping, sequence, with_value
from runner.core.struct import Struct
from runner.document.nodes import Entry, MappingNode, Node, SequenceNode

RESET: Final = "!reset"
OVERRIDE: Final = "!override"
Path: TypeAlias = tuple[str, ...]


class Document(Struct):
    """One document of a file, without what is to be reset, and the paths that it takes out elsewhere."""

    root: MappingNode
    resets: frozenset[Path] = frozenset()

    def applied(self, root: MappingNode) -> MappingNode:
        """Return a model without what this document resets in it."""
        return without_paths(root, self.resets)


def resolve_tags(root: MappingNode, tags: Mapping[Node, str]) -> Document:
    """Take out the values with `!reset`, and collect the paths of both tags; in lists they reset nothing elsewhere."""
    if not tags:
        return Document(root)
    paths: set[Path] = set()
    pruned = _pruned(root, (), tags, paths)
    assert isinstance(pruned, MappingNode)
    return Document(pruned, frozenset(paths))


def _pruned(node: Node, path: Path, tags: Mapping[Node, str], paths: set[Path]) -> Node | None:
    """Return a node without what is to be reset in it, None if it is to be reset itself."""
    tag = tags.get(node)
    if tag is not None and path:
        paths.add(path)
    if tag == RESET and path:
        return None
    if tag == OVERRIDE:
        return node  # as Compose does, which leaves tags inside alone
    if isinstance(node, MappingNode):
        entries: dict[str, Entry] = {}
        for name, entry in node.entries.items():
            value = _pruned(entry.value, (*path, name), tags, paths)
            if value is not None:
                entries[name] = with_value(entry, value)
        return mapping(node, entries)
    if isinstance(node, SequenceNode):
        in_list: set[Path] = set()
        items = [_pruned(item, (*path, ""), tags, in_list) for item in node.items]
        return sequence(node, [item for item in items if item is not None])
    return node


def without_paths(root: MappingNode, paths: frozenset[Path]) -> MappingNode:
    """Return a model without the values at some paths."""
    for path in sorted(paths):
        root = _without(root, path)
    return root


def _without(node: MappingNode, path: Path) -> MappingNode:
    name, *rest = path
    entry = node.entries.get(name)
    if entry is None:
        return node
    if not rest:
        return mapping(node, {key: one for key, one in node.entries.items() if key != name})
    if not isinstance(entry.value, MappingNode):
        return node
    return mapping(node, {**node.entries, name: with_value(entry, _without(entry.value, tuple(rest)))})

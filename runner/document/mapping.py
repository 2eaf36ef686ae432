"""Construction of mappings from keys and values: duplicates, and merge keys (`<<`); independent of the parser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Related
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from runner.document.source import Source

if TYPE_CHECKING:
    from runner.core.codes import Code

_MERGE = "<<"


def merge_mapping(
    source: Source, start: int, end: int, children: Sequence[Node], found: list[Diagnostic]
) -> MappingNode:
    """Build a mapping from alternating keys and values; of duplicate keys, the first one wins."""
    entries: dict[str, Entry] = {}
    merge: Entry | None = None
    both = iter(children)
    for key, value in zip(both, both, strict=True):
        if not isinstance(key, ScalarNode):
            found.append(Diagnostic("complex-key", "a list or a mapping can't be a key", key.span))
            continue
        entry = Entry(key, value)
        is_merge = key.text == _MERGE and key.plain and not key.tagged
        first = merge if is_merge else entries.get(key.text)
        if first is not None:
            found.append(duplicate("duplicate-key", f'duplicate key "{key.text}"', first, entry))
        elif is_merge:
            merge = entry
        else:
            entries[key.text] = entry
    if merge is not None:
        _merge(entries, merge.value, found)
    size, depth = extent(entry.value for entry in entries.values())
    return MappingNode(source, start, end, entries, size, depth)


def extent(inner: Iterable[Node]) -> tuple[int, int]:
    """Return size and depth of a collection of nodes, as they are defined for nodes."""
    size, depth = 1, 0
    for node in inner:
        size += node.size
        if node.depth > depth:
            depth = node.depth
    return size, depth + 1


def duplicate(code: Code, message: str, first: Entry, second: Entry) -> Diagnostic:
    """Return the diagnostic of a duplicate key, with both spans."""
    return Diagnostic(code, message, second.key.span, related=(Related("first given here", first.key.span),))


def _merge(entries: dict[str, Entry], value: Node, found: list[Diagnostic]) -> None:
    """Add the mappings that `<<` refers to: own keys win, then earlier mappings."""
    for merged in value.items if isinstance(value, SequenceNode) else (value,):
        if isinstance(merged, MappingNode):
            for name, entry in merged.entries.items():
                entries.setdefault(name, entry)
        elif not (isinstance(merged, ScalarNode) and merged.invalid):
            found.append(Diagnostic("merge-key", f'"{_MERGE}" expects a mapping or a list of mappings', merged.span))

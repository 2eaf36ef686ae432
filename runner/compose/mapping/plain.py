"""Nodes as plain data, and where a sensitive text occurs in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runner.core.secret_text import is_maskable
from runner.document.document import Path, without_extensions
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode


def plain(node: Node) -> Any:
    """Return the typed data of a node, without the keys that begin with x-."""
    match node:
        case ScalarNode():
            return node.value
        case MappingNode():
            return {name: plain(entry.value) for name, entry in without_extensions(node)}
        case SequenceNode():
            return [plain(item) for item in node.items]


def occurrences(node: Node, texts: frozenset[str], path: Path = ()) -> Iterator[tuple[Path, ScalarNode]]:
    """Yield the path of each single value that contains one of some texts.

    A short text or a common word may be there by chance, so it only counts as a whole, or where variables are used.
    """
    match node:
        case ScalarNode():
            if any(_has(node, text) for text in texts):
                yield path, node
        case MappingNode():
            for name, entry in without_extensions(node):
                yield from occurrences(entry.value, texts, (*path, name))
        case SequenceNode():
            for index, item in enumerate(node.items):
                yield from occurrences(item, texts, (*path, index))


def _has(node: ScalarNode, text: str) -> bool:
    if text not in node.text:
        return False
    return node.text == text or is_maskable(text) or "$" in node.source.text[node.start : node.end]

"""Tells what of a project is ignored, and what is not supported, wherever the table of fates says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from runner.compose.mapping.fate import Fate, Ignored, Unsupported
from runner.compose.mapping.part import is_nothing
from runner.compose.mapping.told import ignored, unsupported
from runner.core.diagnostic import Diagnostic
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

_Told: TypeAlias = Ignored | Unsupported
_Branch: TypeAlias = "dict[str, _Branch | _Told]"
_ANY = "*"


def tell(root: MappingNode, fates: Mapping[str, Fate]) -> Iterator[Diagnostic]:
    """Yield the findings for a project in canonical form, in the order of its keys."""
    yield from _within(root, _tree(fates))


def _tree(fates: Mapping[str, Fate]) -> _Branch:
    """Return the fates that must be told, as a tree of the steps of their paths."""
    tree: _Branch = {}
    for path, fate in fates.items():
        if isinstance(fate, Ignored | Unsupported):
            *outer, name = path.split(".")
            branch = tree
            for step in outer:
                found = branch.setdefault(step, {})
                assert isinstance(found, dict), path
                branch = found
            branch[name] = fate
    return tree


def _within(node: Node, branch: _Branch) -> Iterator[Diagnostic]:
    """Yield the findings in a map; those in each item of a list."""
    if isinstance(node, SequenceNode):
        for item in node.items:
            yield from _within(item, branch)
    elif isinstance(node, MappingNode):
        for name, entry in node.entries.items():
            found = branch.get(name) or branch.get(_ANY)
            if isinstance(found, dict):
                yield from _within(entry.value, found)
            elif found is not None and not _is_harmless(entry.value, found):
                yield _finding(name, entry, found)


def _is_harmless(node: Node, fate: _Told) -> bool:
    return is_nothing(node) or (isinstance(node, ScalarNode) and node.value in fate.harmless)


def _finding(name: str, entry: Entry, fate: _Told) -> Diagnostic:
    if isinstance(fate, Ignored):
        return ignored(entry.key, f'"{name}" is ignored: {fate.why}')
    return unsupported(entry.key, f'"{name}" is not supported: {fate.why}', fate.help)

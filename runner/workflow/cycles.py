"""Cycles in what depends on what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

Node = TypeVar("Node")


def find_cycles(edges: Mapping[Node, Collection[Node]]) -> Iterator[list[Node]]:
    """Yield cycles that share no node, each from its first node in `edges` back to it, each node depending on the next.

    >>> list(find_cycles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["d"]}))
    [['b', 'c', 'b'], ['d', 'd']]
    """
    left = {node: list(targets) for node, targets in edges.items()}
    rank = {node: number for number, node in enumerate(edges)}
    cycles = []
    while cycle := _find(left):
        first = min(range(len(cycle)), key=lambda index: rank[cycle[index]])
        cycles.append([*cycle[first:], *cycle[:first], cycle[first]])
        left = {node: [t for t in targets if t not in cycle] for node, targets in left.items() if node not in cycle}
    yield from sorted(cycles, key=lambda cycle: rank[cycle[0]])


def _find(edges: Mapping[Node, Collection[Node]]) -> list[Node]:
    """Return the nodes of one cycle, each depending on the next, or nothing."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        backwards: list[Node] = error.args[1]
        return backwards[:0:-1]
    return []

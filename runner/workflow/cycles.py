"""Dependency cycles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

Node = TypeVar("Node")

_MOST_OF_A_KNOT = 20
"""How many cycles are searched for in a strongly connected component: each takes another pass over the rest."""


def find_cycles(edges: Mapping[Node, Collection[Node]]) -> Iterator[list[Node]]:
    """Yield disjoint cycles, each from its first node in `edges` back to it, each node depending on the next.

    >>> list(find_cycles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["d"]}))
    [['b', 'c', 'b'], ['d', 'd']]
    """
    rank = {node: number for number, node in enumerate(edges)}
    cycles = []
    for knot in _knots(edges):
        left = {
            node: [target for target in edges[node] if target in knot] for node in sorted(knot, key=rank.__getitem__)
        }
        for _ in range(_MOST_OF_A_KNOT):
            cycle = _find(left)
            if not cycle:
                break
            first = min(range(len(cycle)), key=lambda index: rank[cycle[index]])
            cycles.append([*cycle[first:], *cycle[:first], cycle[first]])
            gone = set(cycle)
            left = {node: [t for t in targets if t not in gone] for node, targets in left.items() if node not in gone}
    yield from sorted(cycles, key=lambda cycle: rank[cycle[0]])


def _knots(edges: Mapping[Node, Collection[Node]]) -> Iterator[set[Node]]:
    """Yield the sets of nodes that all depend on each other, and each node that depends on itself.

    Tarjan's strongly connected components, with an explicit stack: chains may be longer than Python's recursion limit.
    """
    number: dict[Node, int] = {}
    lowest: dict[Node, int] = {}
    path: dict[Node, None] = {}
    for root in edges:
        work = [] if root in number else [(root, iter(edges[root]))]
        while work:
            node, targets = work[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                path[node] = None
            for target in targets:
                if target in edges and target not in number:
                    work.append((target, iter(edges[target])))
                    break
                if target in path:
                    lowest[node] = min(lowest[node], lowest[target])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == number[node]:
                    knot = set()
                    while node not in knot:
                        knot.add(path.popitem()[0])
                    if len(knot) > 1 or node in edges[node]:
                        yield knot


def _find(edges: Mapping[Node, Collection[Node]]) -> list[Node]:
    """Return the nodes of one cycle, each depending on the next, or nothing."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        backwards: list[Node] = error.args[1]
        return backwards[:0:-1]
    return []

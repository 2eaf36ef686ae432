"""Equal entries of a graph as one node: names that differ in numbers only, with the same needs and the same state."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import groupby
from typing import Final

from runner.core.address import Address
from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import replace
from runner.views.graph.model import Edge, Graph, Node, with_states

_NUMBER: Final = lazy_pattern(r"[0-9]+")
_FEWEST: Final = 3
"""Two equal entries are drawn by themselves."""


def to_draw(graph: Graph, states: Mapping[Address, str] | None) -> Graph:
    """Return a graph with the states of its resources, replicas each by themselves, and equal entries as one node."""
    return collapse(with_states(graph, states or {}))


def collapse(graph: Graph) -> Graph:
    """Return a graph in which three or more equal entries are one node; equal ones have the same state, too."""
    classes = _refined(graph, {node.address: _first_class(node) for node in graph.nodes})
    ordered = sorted(graph.nodes, key=lambda node: classes[node.address])
    groups = [list(group) for _, group in groupby(ordered, key=lambda node: classes[node.address])]
    merged = {node.address: _merged(group) for group in groups if len(group) >= _FEWEST for node in group}
    nodes = dict.fromkeys(merged.get(node.address, node) for node in graph.nodes)
    shown = {address: node.address for address, node in merged.items()}
    edges = dict.fromkeys(
        Edge(shown.get(edge.source, edge.source), shown.get(edge.target, edge.target), edge.condition)
        for edge in graph.edges
    )
    return replace(graph, nodes=tuple(nodes), edges=tuple(edges))


def _first_class(node: Node) -> Hashable:
    return node.address.kind, _NUMBER.sub("0", node.address.name), node.replicas, node.is_declared, node.state


def _refined(graph: Graph, first: Mapping[Address, Hashable]) -> dict[Address, int]:
    """Number the classes of entries that have equal neighbours, those of the same class.

    Each round tells apart what has neighbours of different classes, until none does.
    """
    classes, count = _numbered(first), 0
    neighbours: dict[Address, list[tuple[Address, Hashable]]] = {node.address: [] for node in graph.nodes}
    for edge in graph.edges:
        neighbours[edge.source].append((edge.target, ("needs", edge.condition)))
        neighbours[edge.target].append((edge.source, ("needed", edge.condition)))
    while count != len(set(classes.values())):
        count = len(set(classes.values()))
        classes = _numbered(
            {
                entry: (classes[entry], frozenset((classes[other], how) for other, how in around))
                for entry, around in neighbours.items()
            }
        )
    return classes


def _numbered(classes: Mapping[Address, Hashable]) -> dict[Address, int]:
    numbers: dict[Hashable, int] = {}
    return {entry: numbers.setdefault(one, len(numbers)) for entry, one in classes.items()}


def _merged(group: list[Node]) -> Node:
    return replace(group[0], members=tuple(node.address for node in group))

"""Dependency graphs that contradict each other, merged into one without circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from runner.core.address import Address

Edges = Mapping[Address, Iterable[Address]]
"""By resource, those that come before it."""


def merge_acyclic(*graphs: Edges) -> dict[Address, frozenset[Address]]:
    """Return all edges but those that would close a circle with others of their own graph, or of one before it.

    Of a circle within one graph, any edge may be left out.
    """
    merged: dict[Address, dict[Address, None]] = {}
    for graph in graphs:
        kept = {address: frozenset(before) for address, before in merged.items()}
        for address, before in graph.items():
            merged.setdefault(address, {}).update(dict.fromkeys(before))
        while circle := _circle(merged):
            first, second = next(edge for edge in pairwise(circle) if edge[0] not in kept.get(edge[1], ()))
            del merged[second][first]
    return {address: frozenset(before) for address, before in merged.items()}


def _circle(edges: Mapping[Address, Mapping[Address, None]]) -> list[Address]:
    """Return a dependency circle, each address needed by the next, the first repeated at the end; else nothing."""
    if not any(edges.values()):
        return []
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        found: list[Address] = error.args[1]
        return found
    return []

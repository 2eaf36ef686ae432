"""Cycles in what depends on what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

Node = TypeVar("Node")


def find_cycle(edges: Mapping[Node, Sequence[Node]]) -> list[Node]:
    """Return one cycle, its first node again at the end, each depending on the next; or nothing.

    >>> find_cycle({"a": ["b"], "b": ["a"]}) in (["a", "b", "a"], ["b", "a", "b"])
    True
    """
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        backwards: list[Node] = error.args[1]
        return backwards[::-1]
    return []

"""A layered layout of an acyclic graph, after Sugiyama: columns, order within them, heights. Draws nothing.

All edges point to the right. An edge across several columns passes each column in between at a bend, so that it doesn't
cross the boxes there. Edges to one target share their bends: many become one line, and few bends have to be placed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Final, TypeAlias

from runner.core.struct import MutableStruct, Struct, field

Item: TypeAlias = Hashable
"""A node or a bend."""

_SWEEPS: Final = 6
"""How often order and heights are improved in both directions; more makes no visible difference."""
_AFFORDABLE: Final = 60_000
"""The most items that all sweeps together look at: a picture of so many bends is a tangle anyway."""


class Bend(Struct):
    """The point at which long edges to one target pass a column."""

    target: Item
    column: int


class Layout(Struct):
    """The columns from left to right, each with its items from top to bottom, and their heights in rows."""

    columns: tuple[tuple[Item, ...], ...]
    heights: Mapping[Item, float]
    routes: Mapping[tuple[Item, Item], tuple[Item, ...]]
    """The path of each edge: source, bends, and the target, or the bend at which it joins an earlier edge to that."""


def lay_out(nodes: Sequence[Item], edges: Iterable[tuple[Item, Item]]) -> Layout:
    """Return the layout of a graph; an edge goes from its first to its second node."""
    targets: dict[Item, list[Item]] = {node: [] for node in nodes}
    for source, target in edges:
        targets[source].append(target)
    place = _columns(targets)
    routes = _routes(targets, place)
    layers = _Layers([[] for _ in range(max(place.values(), default=-1) + 1)])
    for node in nodes:
        layers.columns[place[node]].append(node)
    for route in routes.values():
        layers.add(route)
    layers.order()
    return Layout(tuple(map(tuple, layers.columns)), layers.heights(), routes)


def _columns(targets: Mapping[Item, Sequence[Item]]) -> dict[Item, int]:
    """Place each node as far to the right as its targets allow, and nodes without edges on the left."""
    depth: dict[Item, int] = {}
    for node in TopologicalSorter(targets).static_order():
        depth[node] = max((depth[target] + 1 for target in targets.get(node, ())), default=0)
    deepest, pointed_at = max(depth.values(), default=0), {target for row in targets.values() for target in row}
    alone = {node for node, row in targets.items() if not row and node not in pointed_at}
    return {node: 0 if node in alone else deepest - depth[node] for node in targets}


def _routes(
    targets: Mapping[Item, Sequence[Item]], place: Mapping[Item, int]
) -> dict[tuple[Item, Item], tuple[Item, ...]]:
    routes: dict[tuple[Item, Item], tuple[Item, ...]] = {}
    joints: dict[Item, int] = {}
    """The column of the leftmost bend of each target: from there on the way is the same."""
    for source, row in targets.items():
        for target in row:
            first, joint = place[source] + 1, joints.get(target, place[target])
            joints[target] = min(first, joint)
            column = max(first, joint)
            end = target if column == place[target] else Bend(target, column)
            routes[source, target] = (source, *(Bend(target, own) for own in range(first, joint)), end)
    return routes


class _Layers(MutableStruct):
    """The columns while they are being sorted."""

    columns: list[list[Item]]
    before: dict[Item, list[Item]] = field(default_factory=dict)
    after: dict[Item, list[Item]] = field(default_factory=dict)

    def add(self, route: tuple[Item, ...]) -> None:
        """Record the neighbouring items of an edge, and add its bends but the one at which it joins another edge."""
        for left, right in pairwise(route):
            self.after.setdefault(left, []).append(right)
            self.before.setdefault(right, []).append(left)
        for bend in route[1:-1]:
            assert isinstance(bend, Bend)
            self.columns[bend.column].append(bend)

    @property
    def _sweeps(self) -> range:
        return range(max(1, min(_SWEEPS, _AFFORDABLE // (1 + sum(map(len, self.columns))))))

    def order(self) -> None:
        """Sort each column by the positions of its neighbours, back and forth, so that few edges cross."""
        for _ in self._sweeps:
            for neighbours, columns in ((self.before, self.columns), (self.after, self.columns[::-1])):
                rank = {item: float(row) for column in columns for row, item in enumerate(column)}
                for column in columns:
                    wish = {item: _mean([rank[one] for one in neighbours.get(item, ())], rank[item]) for item in column}
                    column.sort(key=wish.__getitem__)
                    rank |= {item: float(row) for row, item in enumerate(column)}

    def heights(self) -> dict[Item, float]:
        """Return a height for every item near those of its neighbours, at least one row below the item above it."""
        height = {item: float(row) for column in self.columns for row, item in enumerate(column)}
        for _ in self._sweeps:
            for neighbours, columns in ((self.before, self.columns), (self.after, self.columns[::-1])):
                for column in columns:
                    wish = [_mean([height[one] for one in neighbours.get(item, ())], height[item]) for item in column]
                    height |= dict(zip(column, _apart(wish), strict=True))
        top = min(height.values(), default=0)
        return {item: value - top for item, value in height.items()}


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _apart(wish: Sequence[float]) -> list[float]:
    """Return heights in the same order, at least one row apart, as near as possible to the wishes.

    >>> _apart([0.0, 0.0, 3.0])
    [-0.5, 0.5, 3.0]
    """
    blocks: list[list[float]] = []
    """Groups of adjacent items: the sum of where each wishes the first one to be, and their number."""
    for height in wish:
        blocks.append([height, 1])
        while len(blocks) > 1 and _first(blocks[-2]) + blocks[-2][1] > _first(blocks[-1]):
            total, count = blocks.pop()
            blocks[-1][0] += total - count * blocks[-1][1]
            blocks[-1][1] += count
    return [_first(block) + row for block in blocks for row in range(int(block[1]))]


def _first(block: Sequence[float]) -> float:
    return block[0] / block[1]

"""Where everything of a drawn graph lies, in pixels: boxes, and paths that pass between them. Draws nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from runner.core.address import Address
from runner.core.struct import Struct, replace
from runner.views.graph.layout import Item, Layout, lay_out
from runner.views.graph.model import Edge, Graph

MARGIN: Final = 16
_GAP: Final = 84
"""Between two columns: room for a curve, and for a condition upon it."""
_WIDEST_GAP: Final = 320
_SLOPE: Final = 12
"""A curve may rise that much for each pixel that a gap is wider."""
_BETWEEN_ROWS: Final = 16
_FEW: Final = 2
_LABEL: Final = 12
"""The height of a condition."""
_STAGGER: Final = (0.5, 0.35, 0.65, 0.2, 0.8)
"""Where on its curve a condition may lie; the first that is free counts."""
_NEAR_START: Final = (0.35, 0.5, 0.2, 0.65, 0.8)
"""The same where several curves end together, and are easier to tell apart before."""


class Box(Struct):
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right end."""
        return self.left + self.width

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.top + self.height / 2

    def overlaps(self, other: Box) -> bool:
        """Tell whether the two have a point in common."""
        apart = self.left >= other.right or other.left >= self.right
        return not (apart or self.top >= other.top + other.height or other.top >= self.top + self.height)


class Curve(Struct):
    """A piece of a path that leaves a point to the right, and arrives at another one from the left."""

    x1: float
    y1: float
    x2: float
    y2: float

    def at(self, t: float) -> tuple[float, float]:
        """Return the point at a part of its way, from 0 to 1."""
        middle, s = (self.x1 + self.x2) / 2, 1 - t
        x = s**3 * self.x1 + 3 * s * t * middle + t**3 * self.x2
        y = (s**3 + 3 * s * s * t) * self.y1 + (3 * s * t * t + t**3) * self.y2
        return x, y


class Path(Struct):
    """The curves of an edge, joined by horizontal lines, and where the middle of its condition lies."""

    edge: Edge
    start: float
    """Where it leaves the box; its column may be wider."""
    curves: tuple[Curve, ...]
    label: tuple[float, float] = (0, 0)
    arrives: bool = True
    """False if it joins the path of another edge to the same box."""


class Picture(Struct):
    """The boxes by address, the paths, and how far everything reaches."""

    boxes: Mapping[Address, Box]
    paths: tuple[Path, ...]
    width: float
    height: float


def place(graph: Graph, widths: Mapping[Address, float], height: float, letter: float) -> Picture:
    """Place a graph whose boxes have these widths and one height; `letter` is the width of one in a condition."""
    layout = lay_out([node.address for node in graph.nodes], [(edge.source, edge.target) for edge in graph.edges])
    columns = _Columns(layout, widths, height)
    boxes = {node.address: columns.box(node.address) for node in graph.nodes}
    paths = tuple(_labelled([*columns.paths(graph.edges)], letter))
    right = max((box.right for box in boxes.values()), default=0)
    bottom = max((columns.middle(item) for item in layout.heights), default=0) + height / 2
    return Picture(boxes, paths, right + MARGIN, bottom + MARGIN)


class _Columns:
    """The left and the right end of the column of every item, and its height."""

    def __init__(self, layout: Layout, widths: Mapping[Address, float], height: float) -> None:
        self._layout, self._widths, self._height = layout, widths, height
        self._ends: dict[Item, tuple[float, float]] = {}
        left = float(MARGIN)
        for column, gap in zip(layout.columns, self._gaps(), strict=True):
            right = left + max(map(self._width, column))
            self._ends |= dict.fromkeys(column, (left, right))
            left = right + gap

    def box(self, address: Address) -> Box:
        """Return the box of a node."""
        top = self.middle(address) - self._height / 2
        return Box(self._ends[address][0], top, self._width(address), self._height)

    def paths(self, edges: Iterable[Edge]) -> Iterator[Path]:
        """Yield the paths of edges: curves in the gaps between columns only, so that they cross no box."""
        for edge in edges:
            route = self._layout.routes[edge.source, edge.target]
            curves = tuple(self._curve(here, there) for here, there in pairwise(route))
            yield Path(edge, self.box(edge.source).right, curves, arrives=route[-1] == edge.target)

    def _curve(self, here: Item, there: Item) -> Curve:
        return Curve(self._ends[here][1], self.middle(here), self._ends[there][0], self.middle(there))

    def middle(self, item: Item) -> float:
        """Return the height of the middle of a box or bend."""
        return MARGIN + self._height / 2 + self._layout.heights[item] * (self._height + _BETWEEN_ROWS)

    def _gaps(self) -> Iterator[float]:
        """Yield the width of the gap behind each column: wider where a curve has far to rise."""
        number = {item: index for index, column in enumerate(self._layout.columns) for item in column}
        rise = [0.0] * len(self._layout.columns)
        for route in self._layout.routes.values():
            for here, there in pairwise(route):
                column = number[here]
                rise[column] = max(rise[column], abs(self.middle(here) - self.middle(there)))
        return (min(_WIDEST_GAP, _GAP + one / _SLOPE) for one in rise)

    def _width(self, item: Item) -> float:
        return self._widths[item] if isinstance(item, Address) else 0


def _labelled(paths: Sequence[Path], letter: float) -> Iterator[Path]:
    """Yield the paths, each with the place of its label: on its first curve, and on no other label if there is room."""
    taken: dict[float, list[Box]] = {}
    arriving = Counter((path.curves[0].x2, path.curves[0].y2) for path in paths)
    for path in paths:
        first = path.curves[0]
        near = taken.setdefault(first.x1, [])
        ways = _NEAR_START if arriving[first.x2, first.y2] > _FEW else _STAGGER
        places = [first.at(t) for t in ways]
        width = len(path.edge.condition) * letter
        boxes = [Box(x - width / 2, y - _LABEL / 2, width, _LABEL) for x, y in places]
        free = (index for index, box in enumerate(boxes) if not any(map(box.overlaps, near)))
        chosen = next(free, 0)
        if path.edge.condition:
            near.append(boxes[chosen])
        yield replace(path, label=places[chosen])

"""The dependency graph as an SVG picture, without any library."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import accumulate, pairwise
from typing import Final

from runner.core.address import Address
from runner.views.graph import Edge, Graph, Node
from runner.views.layout import Bend, Item, Layout, lay_out
from runner.views.text_width import cells

_CELL: Final = 7.3
"""The width of a letter in a monospace font."""
_FONT: Final = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12"'
_BOX, _ROW, _GAP, _EDGE = 28, 44, 84, 16
"""Heights of a box and of a row, the gap between two columns, and the margin."""


def svg(graph: Graph) -> Iterator[str]:
    """Yield the lines of the picture."""
    layout = lay_out([node.address for node in graph.nodes], [(edge.source, edge.target) for edge in graph.edges])
    picture = _Picture(graph, layout)
    width, height = picture.size
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" {_FONT}>'
    yield f"<title>{escape(graph.workflow)}</title>"
    yield '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    yield '<path d="M0 0 8 4 0 8z" fill="#888"/></marker></defs>'
    yield '<rect width="100%" height="100%" fill="#fff"/>'
    for edge in graph.edges:
        yield from picture.edge(edge)
    for node in graph.nodes:
        yield from picture.node(node)
    yield "</svg>"


class _Picture:
    """The positions of everything, in pixels."""

    def __init__(self, graph: Graph, layout: Layout) -> None:
        self._layout = layout
        self._colours = graph.colours
        self._widths = {node.address: cells(node.label) * _CELL + 20 for node in graph.nodes}
        columns = [max(self._width(item) for item in column) for column in layout.columns]
        starts = accumulate((width + _GAP for width in columns), initial=_EDGE)
        self._columns = {
            item: (left, left + width)
            for left, width, column in zip(starts, columns, layout.columns, strict=False)
            for item in column
        }

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the picture."""
        width = max((right for _, right in self._columns.values()), default=0)
        rows = max(self._layout.heights.values(), default=0)
        return width + _EDGE, rows * _ROW + _BOX + 2 * _EDGE

    def node(self, node: Node) -> Iterator[str]:
        """Draw a box with its label."""
        left, middle = self._left(node.address), self._middle(node.address)
        colour, dashes = self._colours[node.address.kind], "" if node.is_declared else ' stroke-dasharray="4 3"'
        box = f'x="{left:.1f}" y="{middle - _BOX / 2:.1f}" width="{self._width(node.address):.1f}" height="{_BOX}"'
        yield f'<rect {box} rx="6" fill="#fff" stroke="{colour}" stroke-width="1.5"{dashes}/>'
        text = f'x="{left + self._width(node.address) / 2:.1f}" y="{middle + 4:.1f}" text-anchor="middle"'
        yield f'<text {text} fill="#222">{escape(node.label)}</text>'

    def edge(self, edge: Edge) -> Iterator[str]:
        """Draw an arrow from one box to another, around those between them, with the condition at its start."""
        route = self._layout.routes[edge.source, edge.target]
        path = [f"M{self._right(route[0]):.1f} {self._middle(route[0]):.1f}"]
        for here, there in pairwise(route):
            path.append(_curve(self._right(here), self._middle(here), self._left(there), self._middle(there)))
            if isinstance(there, Bend):
                path.append(f"H{self._right(there):.1f}")
        yield f'<path d="{" ".join(path)}" fill="none" stroke="#888" marker-end="url(#end)"/>'
        if edge.condition:
            x = (self._right(route[0]) + self._left(route[1])) / 2
            y = (self._middle(route[0]) + self._middle(route[1])) / 2 - 3
            halo = 'text-anchor="middle" font-size="10" fill="#555" stroke="#fff" stroke-width="3" paint-order="stroke"'
            yield f'<text x="{x:.1f}" y="{y:.1f}" {halo}>{edge.condition}</text>'

    def _width(self, item: Item) -> float:
        return self._widths[item] if isinstance(item, Address) else 0

    def _left(self, item: Item) -> float:
        return self._columns[item][0]

    def _right(self, item: Item) -> float:
        """Return the right end of a box; a bend extends through its whole column."""
        left, right = self._columns[item]
        return left + self._width(item) if isinstance(item, Address) else right

    def _middle(self, item: Item) -> float:
        return _EDGE + _BOX / 2 + self._layout.heights[item] * _ROW


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    middle = (x1 + x2) / 2
    return f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"

"""The legend below a drawn graph: what its outlines and arrows mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.core.struct import Struct
from runner.views.graph.model import Graph
from runner.views.graph.picture import MARGIN, Box, Picture
from runner.views.text_width import cells

_CELL: Final = 6.7
"""The width of a letter of the legend."""
_SWATCH: Final = 14
_ROW: Final = 22
_BETWEEN: Final = 18
_NARROWEST: Final = 360
"""A small picture has a legend that is wider than it."""


class Entry(Struct):
    """One thing that is explained: an outline, or an arrow."""

    text: str
    classes: str = ""
    """Of the outline; "" for an arrow."""


class Legend(Struct):
    """The entries with the places of their swatches; `width` and `height` are of the picture with the legend."""

    entries: tuple[tuple[Entry, Box], ...]
    width: float
    height: float


def legend(graph: Graph, picture: Picture) -> Legend:
    """Return the legend of a graph, in rows below its picture."""
    limit = max(picture.width, _NARROWEST) - MARGIN
    left, top, right = float(MARGIN), picture.height + 4, 0.0
    placed = []
    for entry in _entries(graph):
        width = _SWATCH + 6 + cells(entry.text) * _CELL
        if left > MARGIN and left + width > limit:
            left, top = float(MARGIN), top + _ROW
        placed.append((entry, Box(left, top, _SWATCH, _SWATCH)))
        left += width + _BETWEEN
        right = max(right, left - _BETWEEN)
    return Legend(tuple(placed), max(picture.width, right + MARGIN), top + _SWATCH + MARGIN)


def _entries(graph: Graph) -> Iterator[Entry]:
    drawn = {node.address.kind for node in graph.nodes}
    for kind in graph.kinds:
        if kind in drawn:
            yield Entry(kind, f"kind-{kind}")
    if not all(node.is_declared for node in graph.nodes):
        yield Entry("not declared here", "only-referred")
    if graph.edges:
        yield Entry("needs")

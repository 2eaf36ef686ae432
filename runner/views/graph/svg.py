"""The dependency graph as an SVG picture, without any library: for a file, or inside of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from runner.core.address import Address
from runner.core.sanitize import on_one_line
from runner.views.formatting import pluralize
from runner.views.graph.collapse import to_draw
from runner.views.graph.legend import Entry, legend
from runner.views.graph.looks import state_text, tone_of
from runner.views.graph.model import Graph, Node
from runner.views.graph.picture import Box, Path, place
from runner.views.graph.style import style
from runner.views.text_width import cells, cut_middle

_CELL: Final = 7.3
"""The width of a letter in a monospace font."""
_SMALL_CELL: Final = 6.1
"""The same in a condition or a state."""
_PADDING: Final = 20
_PLAIN: Final = 28
"""The height of a box with a name."""
_WITH_STATE: Final = 42
"""The same where a state stands below the name."""
_LONGEST: Final = 44
"""The most cells of a label; the whole name is in the box's tooltip."""
_TIP: Final = ' marker-end="url(#runner-graph-end)"'
_DESCRIBED: Final = 40
"""The most resources whose dependencies are told to those who don't see the picture."""


def svg_graph(graph: Graph, states: Mapping[Address, str] | None = None) -> str:
    """Return the picture as one `svg` element, which may be a file or a part of a page; it needs nothing else.

    `states` has a word for resources, replicas each by themselves: an action of a plan, a state of a run, or a health,
    as listed in `looks.STATES`. It is written into the box and colours it; the box has the classes `is-WORD` and
    `tone-TONE`. What has no word is drawn without.
    """
    return "\n".join(_lines(to_draw(graph, states)))


def _lines(graph: Graph) -> Iterator[str]:
    states = [node.state for node in graph.nodes if node.state]
    widths = {node.address: _width(node) for node in graph.nodes}
    picture = place(graph, widths, _WITH_STATE if states else _PLAIN, _SMALL_CELL)
    key = legend(graph, picture)
    width, height = f"{key.width:.0f}", f"{key.height:.0f}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="runner-graph" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="runner-graph-title runner-graph-desc">'
    )
    yield f'<title id="runner-graph-title">Dependency graph of {_text(graph.workflow)}</title>'
    yield f'<desc id="runner-graph-desc">{_text(_description(graph))}</desc>'
    yield f"<style>{style(graph.kinds, states)}</style>"
    yield '<defs><marker id="runner-graph-end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7"'
    yield 'orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>'
    yield f'<rect class="ground" width="{width}" height="{height}"/>'
    for path in picture.paths:
        yield from _edge(path)
    for node in graph.nodes:
        yield from _node(node, picture.boxes[node.address])
    yield '<g class="legend">'
    for entry, box in key.entries:
        yield from _entry(entry, box)
    yield "</g>"
    yield "</svg>"


def _node(node: Node, box: Box) -> Iterator[str]:
    """Draw a box with its label, and the state below that."""
    state = node.state
    classes = ["node", f"kind-{node.address.kind}", *([] if node.is_declared else ["only-referred"])]
    if state:
        classes += [f"tone-{tone_of(state).name.lower()}", "is-" + _text(state).replace(" ", "-")]
    yield f'<g class="{" ".join(classes)}">'
    yield f"<title>{_text(node.label)}{_text(f': {state_text(state)}' if state else '')}</title>"
    yield f'<rect class="box" {_rect(box)} rx="6"/>'
    x, y = box.left + box.width / 2, box.middle + 4 - (7 if state else 0)
    yield f'<text x="{x:.1f}" y="{y:.1f}">{_text(_label(node))}</text>'
    if state:
        yield f'<text class="state" x="{x:.1f}" y="{y + 14:.1f}">{_text(state_text(state))}</text>'
    yield "</g>"


def _edge(path: Path) -> Iterator[str]:
    """Draw an arrow from one box to another, around those between them, with its condition."""
    first = path.curves[0]
    steps = [f"M{path.start:.1f} {first.y1:.1f}"]
    for curve in path.curves:
        middle = (curve.x1 + curve.x2) / 2
        steps += [
            f"H{curve.x1:.1f}",
            f"C{middle:.1f} {curve.y1:.1f} {middle:.1f} {curve.y2:.1f} {curve.x2:.1f} {curve.y2:.1f}",
        ]
    tip = _TIP if path.arrives else ""
    yield f'<path class="edge" d="{"".join(steps)}"{tip}/>'
    if path.edge.condition:
        x, y = path.label
        yield f'<text class="condition" x="{x:.1f}" y="{y + 3:.1f}">{_text(path.edge.condition)}</text>'


def _entry(entry: Entry, box: Box) -> Iterator[str]:
    """Draw an entry of the legend."""
    if entry.classes:
        yield f'<g class="{entry.classes}"><rect class="box" {_rect(box)} rx="3"/></g>'
    else:
        line = f"M{box.left:.1f} {box.middle:.1f}H{box.right:.1f}"
        yield f'<path class="edge" d="{line}"{_TIP}/>'
    yield f'<text x="{box.right + 6:.1f}" y="{box.middle + 4:.1f}">{_text(entry.text)}</text>'


def _description(graph: Graph) -> str:
    """Return in words what the picture shows."""
    labels = {node.address: node.label for node in graph.nodes}
    needs: dict[Address, list[str]] = {node.address: [] for node in graph.nodes}
    for edge in graph.edges:
        needs[edge.source].append(labels[edge.target] + (f" ({edge.condition})" if edge.condition else ""))
    told = [
        node.label
        + (f" [{state_text(node.state)}]" if node.state else "")
        + (f" needs {', '.join(needs[node.address])}" if needs[node.address] else "")
        for node in graph.nodes[:_DESCRIBED]
    ]
    more = [f"and {len(graph.nodes) - len(told)} more"] if len(graph.nodes) > len(told) else []
    return f"{pluralize(len(graph.nodes), 'node')}. {'; '.join([*told, *more])}"


def _width(node: Node) -> float:
    return max(cells(_label(node)) * _CELL, cells(state_text(node.state)) * _SMALL_CELL) + _PADDING


def _label(node: Node) -> str:
    return cut_middle(on_one_line(node.label), _LONGEST)


def _rect(box: Box) -> str:
    return f'x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'


def _text(text: str) -> str:
    """Return a text as XML, on one line, without characters that XML has no place for."""
    return escape(on_one_line(text))

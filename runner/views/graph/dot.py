"""The dependency graph as text for Graphviz."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.core.address import Address
from runner.views.graph.collapse import to_draw
from runner.views.graph.looks import kind_shades, state_text, tone_of
from runner.views.graph.model import Graph, Node


def dot(graph: Graph, states: Mapping[Address, str] | None = None) -> Iterator[str]:
    """Yield the lines of a Graphviz digraph; `states` as for `svg_graph`."""
    graph = to_draw(graph, states)
    shades = kind_shades(graph.kinds)
    yield f"digraph {_quoted(graph.workflow)} {{"
    yield '  rankdir=LR; node [shape=box, style=rounded, fontname="sans-serif"]; edge [fontname="sans-serif"];'
    for node in graph.nodes:
        colour = f', color="{shades[node.address.kind].light}"'
        yield f"  {_quoted(str(node.address))} [label={_label(node)}{colour}{_style(node)}];"
    for edge in graph.edges:
        label = f" [label={_quoted(edge.condition)}]" if edge.condition else ""
        yield f"  {_quoted(str(edge.source))} -> {_quoted(str(edge.target))}{label};"
    yield "}"


def _style(node: Node) -> str:
    parts = ["rounded", *([] if node.is_declared else ["dashed"]), *(["filled"] if node.state else [])]
    style = f', style="{",".join(parts)}"' if len(parts) > 1 else ""
    if not node.state:
        return style
    tone = tone_of(node.state)
    return f'{style}, fillcolor="{tone.fill.light}", fontcolor="{tone.ink.light}"'


def _label(node: Node) -> str:
    """Return the name, with the state on a second line."""
    name = _quoted(node.label)
    return f"{name[:-1]}\\n{_quoted(state_text(node.state))[1:]}" if node.state else name


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

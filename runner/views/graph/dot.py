"""The dependency graph as text for Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from runner.views.graph.looks import kind_shades
from runner.views.graph.model import Graph


def dot(graph: Graph) -> Iterator[str]:
    """Yield the lines of a Graphviz digraph."""
    shades = kind_shades(graph.kinds)
    yield f"digraph {_quoted(graph.workflow)} {{"
    yield '  rankdir=LR; node [shape=box, style=rounded, fontname="sans-serif"]; edge [fontname="sans-serif"];'
    for node in graph.nodes:
        style = "" if node.is_declared else ', style="rounded,dashed"'
        colour = shades[node.address.kind].light
        yield f'  {_quoted(str(node.address))} [label={_quoted(node.label)}, color="{colour}"{style}];'
    for edge in graph.edges:
        label = f" [label={_quoted(edge.condition)}]" if edge.condition else ""
        yield f"  {_quoted(str(edge.source))} -> {_quoted(str(edge.target))}{label};"
    yield "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

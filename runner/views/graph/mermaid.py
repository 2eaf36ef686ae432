"""The dependency graph as text for Mermaid, which Markdown is rendered with in many places."""

from __future__ import annotations

from collections.abc import Iterator

from runner.views.graph.looks import kind_shades
from runner.views.graph.model import Graph


def mermaid(graph: Graph) -> Iterator[str]:
    """Yield the lines of a Mermaid flowchart, for Markdown that renders it."""
    names = {node.address: f"n{number}" for number, node in enumerate(graph.nodes, 1)}
    yield "flowchart LR"
    for node in graph.nodes:
        opening, closing = ('["', '"]') if node.is_declared else ('("', '")')
        yield f"  {names[node.address]}{opening}{_for_mermaid(node.label)}{closing}:::{node.address.kind}"
    for edge in graph.edges:
        arrow = f"-->|{edge.condition}|" if edge.condition else "-->"
        yield f"  {names[edge.source]} {arrow} {names[edge.target]}"
    drawn = {node.address.kind for node in graph.nodes}
    for kind, shades in kind_shades(graph.kinds).items():
        if kind in drawn:
            yield f"  classDef {kind} stroke:{shades.light},stroke-width:2px"


def _for_mermaid(text: str) -> str:
    """Escape what would end the label."""
    return text.replace("#", "#35;").replace('"', "#quot;")

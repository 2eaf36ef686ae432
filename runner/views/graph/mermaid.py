"""The dependency graph as text for Mermaid, which Markdown is rendered with in many places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.core.address import Address
from runner.views.graph.collapse import to_draw
from runner.views.graph.looks import Tone, kind_shades, state_text, tone_of
from runner.views.graph.model import Graph, Node


def mermaid(graph: Graph, states: Mapping[Address, str] | None = None) -> Iterator[str]:
    """Yield the lines of a Mermaid flowchart; `states` as for `svg_graph`."""
    graph = to_draw(graph, states)
    names = {node.address: f"n{number}" for number, node in enumerate(graph.nodes, 1)}
    yield "flowchart LR"
    for node in graph.nodes:
        opening, closing = ('["', '"]') if node.is_declared else ('("', '")')
        yield f"  {names[node.address]}{opening}{_label(node)}{closing}:::{node.address.kind}"
    for edge in graph.edges:
        arrow = f"-->|{edge.condition}|" if edge.condition else "-->"
        yield f"  {names[edge.source]} {arrow} {names[edge.target]}"
    yield from _kinds(graph)
    yield from _tones(graph, names)


def _kinds(graph: Graph) -> Iterator[str]:
    drawn = {node.address.kind for node in graph.nodes}
    for kind, shades in kind_shades(graph.kinds).items():
        if kind in drawn:
            yield f"  classDef {kind} stroke:{shades.light},stroke-width:2px"


def _tones(graph: Graph, names: Mapping[Address, str]) -> Iterator[str]:
    members: dict[Tone, list[str]] = {}
    for node in graph.nodes:
        if node.state:
            members.setdefault(tone_of(node.state), []).append(names[node.address])
    for tone, found in members.items():
        yield f"  classDef {tone.name.lower()} fill:{tone.fill.light},color:{tone.ink.light}"
        yield f"  class {','.join(found)} {tone.name.lower()}"


def _label(node: Node) -> str:
    return _escaped(node.label) + (f"<br/>{_escaped(state_text(node.state))}" if node.state else "")


def _escaped(text: str) -> str:
    """Escape what would end the label."""
    return text.replace("#", "#35;").replace('"', "#quot;")

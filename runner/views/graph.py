"""The dependency graph, as a value, and as text for Mermaid and Graphviz. Knows no kind by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from runner.core.address import Address
from runner.core.serialize import JSONObject
from runner.core.state import Condition, DesiredState, Resource
from runner.core.struct import Struct
from runner.views.formatting import short_ids

COLOURS: Final = ("#4c78a8", "#59a14f", "#b6992d", "#e15759", "#b07aa1", "#f28e2b", "#499894", "#79706e")
"""One for each kind; a test checks that there are enough."""
_SAID: Final = frozenset({Condition.STARTED, Condition.HEALTHY, Condition.READY, Condition.COMPLETED})
"""Conditions that are shown: that a resource exists needs no label."""


class Node(Struct):
    """An entry of the file, however many replicas it has."""

    address: Address
    replicas: int = 1
    is_declared: bool = True
    """False for what is only referred to: an image by its name, the implicit network."""

    @property
    def label(self) -> str:
        """The text of the node."""
        name = short_ids(str(self.address))
        return f"{name} ×{self.replicas}" if self.replicas > 1 else name


class Edge(Struct):
    """A dependency of one entry on another, with its condition; "" if that only has to exist."""

    source: Address
    target: Address
    condition: str = ""


class Graph(Struct):
    """Nodes and edges in the file's order; `kinds` are all possible ones, so that each keeps its colour."""

    workflow: str
    kinds: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def colours(self) -> Mapping[str, str]:
        """The colour of each kind in the graph: the same in every graph."""
        drawn = {node.address.kind for node in self.nodes}
        return {kind: colour for kind, colour in zip(self.kinds, COLOURS, strict=False) if kind in drawn}


def graph_of(desired: DesiredState, kinds: Iterable[str]) -> Graph:
    """Return the dependency graph of a workflow, including its checks; replicas are one node.

    `kinds` are the names of all kinds, including unused ones.
    """
    everything = (*desired.resources.values(), *desired.checks)
    entries: dict[Address, list[Resource]] = {}
    for resource in everything:
        entries.setdefault(_entry(resource.address), []).append(resource)
    nodes = tuple(Node(entry, len(found), not found[0].shared) for entry, found in entries.items())
    edges = dict.fromkeys(edge for resource in everything for edge in _edges(resource) if edge.target in entries)
    return Graph(desired.workflow, tuple(kinds), nodes, tuple(edges))


def _entry(address: Address) -> Address:
    return Address(address.kind, address.name)


def _edges(resource: Resource) -> Iterator[Edge]:
    for needed in resource.depends_on:
        condition = needed.condition.value if needed.condition in _SAID else ""
        yield Edge(_entry(resource.address), _entry(needed.address), condition)


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
    for kind, colour in graph.colours.items():
        yield f"  classDef {kind} stroke:{colour},stroke-width:2px"


def _for_mermaid(text: str) -> str:
    """Escape what would end the label."""
    return text.replace("#", "#35;").replace('"', "#quot;")


def dot(graph: Graph) -> Iterator[str]:
    """Yield the lines of a Graphviz digraph."""
    yield f"digraph {_quoted(graph.workflow)} {{"
    yield '  rankdir=LR; node [shape=box, style=rounded, fontname="sans-serif"]; edge [fontname="sans-serif"];'
    for node in graph.nodes:
        style = "" if node.is_declared else ', style="rounded,dashed"'
        colour = graph.colours[node.address.kind]
        yield f'  {_quoted(str(node.address))} [label={_quoted(node.label)}, color="{colour}"{style}];'
    for edge in graph.edges:
        label = f" [label={_quoted(edge.condition)}]" if edge.condition else ""
        yield f"  {_quoted(str(edge.source))} -> {_quoted(str(edge.target))}{label};"
    yield "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def graph_json(graph: Graph) -> JSONObject:
    """Return the graph as JSON."""
    return {
        "workflow": graph.workflow,
        "nodes": [_node_json(node) for node in graph.nodes],
        "edges": [_edge_json(edge) for edge in graph.edges],
    }


def _node_json(node: Node) -> JSONObject:
    return {"address": str(node.address), "replicas": node.replicas, "declared": node.is_declared}


def _edge_json(edge: Edge) -> JSONObject:
    return {"from": str(edge.source), "to": str(edge.target), "condition": edge.condition or None}

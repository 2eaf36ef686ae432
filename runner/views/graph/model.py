"""The dependency graph as a value, and as JSON. Knows no kind by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from typing import Final

from runner.core.address import Address
from runner.core.serialize import JSONObject
from runner.core.state import Condition, Dependency, DesiredState
from runner.core.struct import Struct, replace
from runner.views.formatting import short_ids
from runner.views.graph.looks import most_notable

_SAID: Final = frozenset({Condition.STARTED, Condition.HEALTHY, Condition.READY, Condition.COMPLETED})
"""Conditions that are shown: that a resource exists needs no label."""


class Node(Struct):
    """An entry of the file, however many replicas it has."""

    address: Address
    replicas: int = 1
    is_declared: bool = True
    """False for what is only referred to: an image by its name, the implicit network."""

    members: tuple[Address, ...] = ()
    """The entries that it stands for, if there are several; `address` is the first."""
    state: str = ""
    """The most notable one of its replicas: a planned action, a state of a run, or a health; "" if none is told."""

    @property
    def label(self) -> str:
        """The text of the node.

        >>> web = Address("service", "web-1")
        >>> Node(web, replicas=2).label
        'service.web-1 ×2'
        >>> Node(web, replicas=2, members=(web, Address("service", "web-2"), Address("service", "web-3"))).label
        'service.web-1 … web-3 ×3, 2 each'
        """
        name = short_ids(str(self.address))
        if self.members:
            each = f", {self.replicas} each" if self.replicas > 1 else ""
            return f"{name} … {short_ids(self.members[-1].name)} ×{len(self.members)}{each}"
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


def graph_of(desired: DesiredState, kinds: Iterable[str]) -> Graph:
    """Return the dependency graph of a workflow, including its checks; replicas are one node.

    `kinds` are the names of all kinds, including unused ones.
    """
    everything = (*desired.resources.values(), *desired.checks)
    referred = frozenset(resource.address for resource in everything if resource.shared)
    dependencies = {resource.address: resource.depends_on for resource in everything}
    return graph_of_dependencies(desired.workflow, dependencies, kinds, referred)


def graph_of_dependencies(
    workflow: str,
    dependencies: Mapping[Address, Iterable[Dependency]],
    kinds: Iterable[str],
    referred: Set[Address] = frozenset(),
) -> Graph:
    """Return the graph of what each resource depends on; replicas are one node, and `referred` aren't declared."""
    replicas = Counter(map(_entry, dependencies))
    nodes = tuple(Node(entry, number, entry not in referred) for entry, number in replicas.items())
    edges = (_edge(address, needed) for address, found in dependencies.items() for needed in found)
    known = dict.fromkeys(edge for edge in edges if edge.target in replicas)
    return Graph(workflow, tuple(kinds), nodes, tuple(known))


def with_states(graph: Graph, states: Mapping[Address, str]) -> Graph:
    """Return a graph whose nodes have states, given for every replica by itself; what isn't in it yet is added."""
    found: dict[Address, list[str]] = {}
    for address, state in states.items():
        found.setdefault(_entry(address), []).append(state)
    known = {node.address for node in graph.nodes}
    added = (Node(entry, len(replicas)) for entry, replicas in found.items() if entry not in known)
    nodes = (replace(node, state=most_notable(found.get(node.address, ()))) for node in (*graph.nodes, *added))
    return replace(graph, nodes=tuple(nodes))


def _entry(address: Address) -> Address:
    return Address(address.kind, address.name)


def _edge(address: Address, needed: Dependency) -> Edge:
    condition = needed.condition.value if needed.condition in _SAID else ""
    return Edge(_entry(address), _entry(needed.address), condition)


def graph_json(graph: Graph) -> JSONObject:
    """Return the graph as JSON."""
    return {
        "workflow": graph.workflow,
        "nodes": [_node_json(node) for node in graph.nodes],
        "edges": [_edge_json(edge) for edge in graph.edges],
    }


def _node_json(node: Node) -> JSONObject:
    state = {"state": node.state} if node.state else {}
    return {"address": str(node.address), "replicas": node.replicas, "declared": node.is_declared, **state}


def _edge_json(edge: Edge) -> JSONObject:
    return {"from": str(edge.source), "to": str(edge.target), "condition": edge.condition or None}

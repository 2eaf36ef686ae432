"""A service's `build` as a text: the folder."""

from __future__ import annotations

from runner.compose.node_edit import entry, mapping, scalar, with_entry
from runner.document.nodes import MappingNode, Node


def build_context(node: Node) -> tuple[Node, ...]:
    """Return a build of a folder."""
    return (mapping(node, {"context": entry(node, "context", node)}),)


def default_context(node: MappingNode) -> MappingNode:
    """Build the project's folder where nothing else is said."""
    return node if "context" in node.entries else with_entry(node, "context", scalar(node, "."))

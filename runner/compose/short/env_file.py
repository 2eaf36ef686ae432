"""A file of variables as a text: its path."""

from __future__ import annotations

from runner.compose.node_edit import entry, mapping, scalar, with_entry
from runner.document.nodes import MappingNode, Node


def required_file(node: Node) -> tuple[Node, ...]:
    """Return a file that must be there."""
    return (required_file_map(mapping(node, {"path": entry(node, "path", node)})),)


def required_file_map(node: MappingNode) -> MappingNode:
    """Insist on the file unless it says otherwise."""
    return node if "required" in node.entries else with_entry(node, "required", scalar(node, True))

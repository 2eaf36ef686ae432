"""A service's `extends` as a text: the name of the other service."""

from __future__ import annotations

from runner.compose.node_edit import entry, mapping
from runner.document.nodes import Node


def extended_service(node: Node) -> tuple[Node, ...]:
    """Return the reference to a service of the same file."""
    return (mapping(node, {"service": entry(node, "service", node)}),)

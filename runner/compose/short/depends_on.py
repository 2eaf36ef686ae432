"""A service's dependency: what it waits for unless it says so."""

from __future__ import annotations

from runner.compose.node_edit import scalar, with_entry
from runner.document.nodes import MappingNode


def dependency(node: MappingNode) -> MappingNode:
    """Wait for the start, and insist on the service."""
    if "condition" not in node.entries:
        node = with_entry(node, "condition", scalar(node, "service_started"))
    return node if "required" in node.entries else with_entry(node, "required", scalar(node, True))

"""Requests of GPUs and other devices."""

from __future__ import annotations

from runner.compose.node_edit import entry, mapping, scalar, with_entry
from runner.document.nodes import MappingNode, Node


def all_gpus(node: Node) -> tuple[Node, ...]:
    """Return the request of all GPUs, for the text "all"."""
    return (mapping(node, {"count": entry(node, "count", scalar(node, "all"))}),)


def all_devices(node: MappingNode) -> MappingNode:
    """Request all devices where neither a number nor their ids are given."""
    if "count" in node.entries or "device_ids" in node.entries:
        return node
    return with_entry(node, "count", scalar(node, "all"))

"""Grants of secrets and configs: as a text, the name; and where secrets are mounted."""

from __future__ import annotations

from runner.compose.node_edit import entry, mapping, scalar, with_entry
from runner.document.nodes import MappingNode, Node, ScalarNode


def file_mount(node: Node) -> tuple[Node, ...]:
    """Return the grant of a secret or config by its name."""
    return (mapping(node, {"source": entry(node, "source", node)}),)


def secret_target(node: MappingNode) -> MappingNode:
    """Mount a secret at the usual place where no other is given."""
    source = node.entries.get("source")
    if "target" in node.entries:
        return node
    name = source.value.text if source is not None and isinstance(source.value, ScalarNode) else "%!s(<nil>)"
    return with_entry(node, "target", scalar(source.value if source else node, f"/run/secrets/{name}"))

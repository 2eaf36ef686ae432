"""A device as a text: SOURCE:TARGET:PERMISSIONS."""

from __future__ import annotations

from runner.compose.node_edit import entry, mapping, scalar
from runner.compose.short.errors import ShortFormError
from runner.document.nodes import Node, ScalarNode

_MOST_PARTS = 3


def device(node: Node) -> tuple[Node, ...]:
    """Return the source, target and permissions of a device."""
    assert isinstance(node, ScalarNode)
    parts = node.text.split(":")
    if len(parts) > _MOST_PARTS:
        raise ShortFormError(f'"{node.text}" has too many colons for a device')
    source, target, permissions = (*parts, "", "")[:3]
    texts = {"source": source, "target": target or source}
    texts["permissions"] = permissions if len(parts) == _MOST_PARTS else "rwm"
    return (mapping(node, {name: entry(node, name, scalar(node, text)) for name, text in texts.items()}),)

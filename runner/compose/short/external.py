"""Resources that others made: the old form of `external`, a map with the name."""

from __future__ import annotations

from runner.compose.node_edit import scalar, with_entry
from runner.compose.short.errors import ShortFormError
from runner.document.nodes import MappingNode, ScalarNode


def external(node: MappingNode) -> MappingNode:
    """Put the name beside `external`."""
    old = node.entries.get("external")
    if old is None or not isinstance(old.value, MappingNode):
        return node
    node = with_entry(node, "external", scalar(old.value, True))
    inner, own = old.value.entries.get("name"), node.entries.get("name")
    if inner is None:
        return node
    if own is None:
        return with_entry(node, "name", inner.value)
    if isinstance(own.value, ScalarNode) and isinstance(inner.value, ScalarNode) and own.value.text != inner.value.text:
        raise ShortFormError("two different names, by name and by external.name", inner.value)
    return node

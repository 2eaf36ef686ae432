"""Resources that others made: the old form of `external`, a map with the name."""

from __future__ import annotations

from runner.compose.node_edit import child, scalar, with_entry
from runner.compose.short.errors import ShortFormError
from runner.compose.values import flag
from runner.document.nodes import MappingNode, Node, ScalarNode


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


def is_external(node: Node) -> bool:
    """Tell whether others made a resource, in all spellings of true; a value that is no flag is reported elsewhere."""
    value = child(node, "external")
    try:
        return isinstance(value, ScalarNode) and not value.is_null and flag(value.value)
    except ValueError:
        return False

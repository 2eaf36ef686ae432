"""What a Compose project calls sensitive: `x-runner: {sensitive: [NAME]}`, as Compose has no word for it."""

from __future__ import annotations

from collections.abc import Iterator

from runner.compose.node_edit import inner
from runner.document.nodes import MappingNode, ScalarNode, SequenceNode


def called_sensitive(root: MappingNode) -> Iterator[str]:
    """Yield the names of the variables whose values must not be told."""
    named = inner(root, "x-runner").get("sensitive")
    items = named.value.items if named and isinstance(named.value, SequenceNode) else ()
    return (item.text for item in items if isinstance(item, ScalarNode))

"""What a Compose project says to runner alone, as Compose has no words for it: `x-runner` at the top of a file."""

from __future__ import annotations

from collections.abc import Iterator

from runner.compose.node_edit import child, inner
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode

_X_RUNNER = "x-runner"


def named_engine(root: MappingNode) -> Node | None:
    """Return what the project says is to run it."""
    return child(root, _X_RUNNER, "engine")


def called_sensitive(root: MappingNode) -> Iterator[str]:
    """Yield the names of the variables whose values must not be told."""
    named = inner(root, _X_RUNNER).get("sensitive")
    items = named.value.items if named and isinstance(named.value, SequenceNode) else ()
    return (item.text for item in items if isinstance(item, ScalarNode))

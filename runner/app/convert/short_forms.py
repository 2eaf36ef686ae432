"""Short forms of what the model has in full: ports, mounts, granted files, networks, builds."""

from __future__ import annotations

from runner.compose.node_edit import child, sequence
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode


def short_form(node: Node, key: str, within: str) -> Node | str | None:
    """Return a value in its short form: a text, or a simpler node; None if it has none that says the same."""
    if not isinstance(node, MappingNode):
        return _shell_command(node) if key == "test" else None
    if within == "ports":
        return _port(node)
    if within == "volumes" and "target" in node.entries:
        return _mount(node)
    if within in ("secrets", "configs") and node.entries.keys() == {"source"}:
        return child(node, "source")
    if key == "networks" and all(_is_null(entry.value) for entry in node.entries.values()):
        return sequence(node, [entry.key for entry in node.entries.values()])
    if key == "build" and node.entries.keys() == {"context"}:
        return child(node, "context")
    return None


def _port(node: MappingNode) -> str | None:
    if node.entries.keys() - {"target", "published", "host_ip", "protocol"}:
        return None
    address, published, target, protocol = (_text(node, key) for key in ("host_ip", "published", "target", "protocol"))
    if ":" in address:
        address = f"[{address}]"
    ending = "" if protocol in ("", "tcp") else f"/{protocol}"
    before = f"{address}:{published}:" if address else f"{published}:" if published else ""
    return f"{before}{target}{ending}"


def _mount(node: MappingNode) -> str | None:
    kind, source, target = (_text(node, key) for key in ("type", "source", "target"))
    if node.entries.keys() - {"type", "source", "target", "read_only", "bind"} or kind not in ("bind", "volume"):
        return None
    bind = node.entries.get("bind")
    if bind and isinstance(bind.value, MappingNode) and bind.value.entries.keys() - {"create_host_path"}:
        return None
    if ":" in source or ":" in target:
        return None
    ending = ":ro" if _text(node, "read_only") == "true" else ""
    return f"{source}:{target}{ending}" if source else target if not ending else None


def _shell_command(node: Node) -> Node | None:
    """Return the command of a check that a shell runs; None for another form."""
    if isinstance(node, SequenceNode) and len(node.items) == 2:
        first, second = node.items
        if isinstance(first, ScalarNode) and first.text == "CMD-SHELL":
            return second
    return None


def _text(node: MappingNode, key: str) -> str:
    found = child(node, key)
    return found.text if isinstance(found, ScalarNode) else ""


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.is_null

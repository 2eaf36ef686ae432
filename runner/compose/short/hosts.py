"""Lists of NAME=VALUE that may also be maps: hosts with their addresses, and SSH agents with their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.compose.node_edit import scalar
from runner.compose.short.errors import ShortFormError
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode


def hosts(node: Node) -> Iterable[Node]:
    """Return the items NAME=ADDRESS, sorted; the same one twice stays twice."""
    found = [
        scalar(place, f"{name}={_bare(address)}")
        for place, name, given in _addresses(node)
        for address in given.split(",")
    ]
    return sorted(found, key=lambda item: item.text)


def _addresses(node: Node) -> Iterator[tuple[Node, str, str]]:
    """Yield each host with one address, or several with commas between."""
    if isinstance(node, MappingNode):
        for name, one in node.entries.items():
            _check(name, one.key)
            for value in one.value.items if isinstance(one.value, SequenceNode) else [one.value]:
                yield value, name, value.text if isinstance(value, ScalarNode) else ""
    elif isinstance(node, SequenceNode):
        for item in node.items:
            written = item.text if isinstance(item, ScalarNode) else ""
            sign = "=" if "=" in written else ":"
            name, found, address = written.partition(sign)
            if not found:
                raise ShortFormError(f'"{written}" has no address', item)
            _check(name, item)
            yield item, name, address


def _check(name: str, place: Node) -> None:
    if not name or ":" in name or "=" in name:
        raise ShortFormError(f'"{name}" is not the name of a host', place)


def _bare(address: str) -> str:
    """Return an address without brackets."""
    return address[1:-1] if len(address) > len("[]") and address[0] == "[" and address[-1] == "]" else address


def agents(node: Node) -> Iterable[Node]:
    """Return the items ID=PATH, or "default" alone, of a map, sorted."""
    for name, one in sorted(node.entries.items()) if isinstance(node, MappingNode) else ():
        path = one.value.text if isinstance(one.value, ScalarNode) else ""
        yield scalar(one.value, f"{name}={path}" if path else name)

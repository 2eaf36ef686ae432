"""Published ports as a text or number: ADDRESS:PUBLISHED:TARGET/PROTOCOL, with ranges."""

from __future__ import annotations

from ipaddress import ip_address

from runner.compose.node_edit import entry, mapping, scalar, with_entry
from runner.compose.short.errors import ShortFormError
from runner.compose.values import text
from runner.core.values import is_decimal
from runner.document.core_schema import Plain
from runner.document.nodes import MappingNode, Node, ScalarNode

_MOST = 65535
_PROTOCOLS = ("tcp", "udp", "sctp")


def ports(node: Node) -> tuple[Node, ...]:
    """Return the ports that a text publishes, one each."""
    if not isinstance(node, ScalarNode):
        return (node,)
    written = node.text if isinstance(node.value, float) else text(node.value)
    *before, last = written.split(":")
    published = before.pop() if before else ""
    address = _address(":".join(before))
    target, _, protocol = last.partition("/")
    protocol = protocol.partition("/")[0].lower() or "tcp"
    if protocol not in _PROTOCOLS:
        raise ShortFormError(f'unknown protocol "{protocol}"')
    first, end = _range(target, "no container port")
    start, stop = _range(published, "") if published else (0, 0)
    if published and end - first != stop - start and end != first:
        raise ShortFormError(f'"{published}" and "{target}" have different lengths')
    numbers = sorted(range(first, end + 1), key=str)
    dynamic = end == first and start != stop
    return tuple(
        _port(
            node,
            mode="ingress",
            host_ip=address,
            target=number,
            published="" if not published else f"{start}-{stop}" if dynamic else str(start + number - first),
            protocol=protocol,
        )
        for number in numbers
    )


def default_port(node: MappingNode) -> MappingNode:
    """Publish by TCP, on the host's side of the swarm, unless it says otherwise."""
    for name, value in (("mode", "ingress"), ("protocol", "tcp")):
        if name not in node.entries:
            node = with_entry(node, name, scalar(node, value))
    return node


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _port(node: Node, **values: Plain) -> Node:
    return mapping(
        node, {name: entry(node, name, scalar(node, value)) for name, value in values.items() if value != ""}
    )


def _address(text: str) -> str:
    """Return an IP address without brackets."""
    bracketed = text.startswith("[") and text.endswith("]")
    bare = text[1:-1] if bracketed else text
    if bare and (not is_address(bare) or (":" in bare and not bracketed)):
        raise ShortFormError(f'"{bare}" is not an IP address')
    return bare


def _range(text: str, empty: str) -> tuple[int, int]:
    """Return the first and last port of a range, or one port twice."""
    if not text:
        raise ShortFormError(empty)
    first, dash, last = text.partition("-")
    last = last.partition("-")[0] if dash else first
    for number in (first, last):
        if not is_decimal(number) or int(number) > _MOST:
            raise ShortFormError(f'"{text}" is not a port or a range of ports')
    if int(last) < int(first):
        raise ShortFormError(f'the range "{text}" ends before it starts')
    return int(first), int(last)

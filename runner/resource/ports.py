"""Published and exposed ports: the short syntax, ranges and long syntax known from Compose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, cast

from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import Struct
from runner.core.values import Value, is_decimal
from runner.resource.codec import Codec, Invalid
from runner.resource.scalars import SCALAR_SCHEMA

_SHORT = lazy_pattern(
    r"(?:(?P<ip>\[[0-9a-fA-F:.]+\]|\d+\.\d+\.\d+\.\d+):)?"
    r"(?:(?P<host>\d*(?:-\d+)?):)?"
    r"(?P<target>\d+(?:-\d+)?)"
    r"(?:/(?P<protocol>tcp|udp|sctp))?",
    re.IGNORECASE | re.ASCII,
)
_RANGE = lazy_pattern(r"(\d+)(?:-(\d+))?", re.ASCII)
_EXPOSED = lazy_pattern(r"(?P<range>[^/]+)(?:/(?P<protocol>tcp|udp|sctp))?", re.IGNORECASE)
_LEAST_FOLDED = 3
"""The number of adjacent ports from which on they are shown as a range."""
_NOTHING: Mapping[str, Value] = {}
_EXAMPLE = 'write [IP:][HOST:]CONTAINER[/PROTOCOL], such as "8080:80"'


def parse_ports(raw: Any) -> tuple[Mapping[str, Value], ...]:
    """Parse a list of ports as one map per port: target, protocol, host_ip, published, and mode if given.

    `published` is "" if the engine picks one, and a range "8000-8010" if it picks one from that.

    >>> [show_port(port) for port in parse_ports(["8080-8081:80-81", "127.0.0.1::53/udp"])]
    ['8080:80/tcp', '8081:81/tcp', '127.0.0.1::53/udp']
    """
    ports: list[Mapping[str, Value]] = []
    for index, item in enumerate(raw if isinstance(raw, list | tuple) else [raw]):
        try:
            ports.extend(_long(item) if isinstance(item, Mapping) else _short(str(item)))
        except Invalid as invalid:
            raise invalid.within(index) from None
    return tuple(sorted(ports, key=_order))


def _order(port: Mapping[str, Any]) -> tuple[str, int, str, str]:
    return port["protocol"], port["target"], port["host_ip"], port["published"]


def _short(text: str) -> Iterator[Mapping[str, Value]]:
    match = _SHORT.fullmatch(text)
    if match is None:
        raise Invalid(f'not a port: "{text}"', help=_EXAMPLE)
    yield from _expand(match["target"], match["host"] or "", _address(match["ip"] or ""), match["protocol"] or "tcp")


def _long(item: Mapping[str, Any]) -> Iterator[Mapping[str, Value]]:
    yield from _expand(
        str(item["target"]),
        str(item.get("published") or ""),
        _address(str(item.get("host_ip") or "")),
        str(item.get("protocol") or "tcp"),
        {"mode": str(item["mode"])} if "mode" in item else {},
    )


def _address(text: str) -> str:
    """Parse the host address in any of its spellings."""
    try:
        return str(ip_address(text.strip("[]"))) if text else ""
    except ValueError as error:
        raise Invalid(f'not an address: "{text}"', help=_EXAMPLE) from error


def _expand(
    target: str, published: str, host_ip: str, protocol: str, more: Mapping[str, Value] = _NOTHING
) -> Iterator[Mapping[str, Value]]:
    targets, hosts = _range(target), _range(published) if published else []
    if not targets[0]:
        raise Invalid(f'not a port of a container: "{target}"', help=_EXAMPLE)
    if len(targets) == 1 and len(hosts) > 1:
        spread = [published]
    elif hosts and len(hosts) != len(targets):
        raise Invalid(f'ranges of different length: "{published}:{target}"', help="make both ranges equally long")
    else:
        spread = [str(host) if host else "" for host in hosts] or [""] * len(targets)
    for port, host in zip(targets, spread, strict=True):
        yield {"target": port, "protocol": protocol.lower(), "host_ip": host_ip, "published": host, **more}


def _range(text: str) -> list[int]:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise Invalid(f'not a port or a range of ports: "{text}"', help=_EXAMPLE)
    start, end = int(match[1]), int(match[2] or match[1])
    if start > end or end > 65535:
        raise Invalid(f'not a range of ports: "{text}"', help="ports go up to 65535, ranges from low to high")
    return list(range(start, end + 1))


def show_port(port: Mapping[str, Value]) -> str:
    """Write one port in the short syntax."""
    target = f"{port['target']}/{port['protocol']}"
    address = str(port["host_ip"])
    shown = f"[{address}]:" if ":" in address else f"{address}:" if address else ""
    return f"{shown}{port['published']}:{target}" if shown or port["published"] else target


def show_ports(value: Value) -> Value:
    """Write ports in the short syntax; three or more adjacent ones as a range.

    >>> show_ports(parse_ports(["8000-8999:9000-9999/udp", "80:80", "81:81"]))
    ('80:80/tcp', '81:81/tcp', '8000-8999:9000-9999/udp')
    """
    if not isinstance(value, tuple):
        return value
    return tuple(shown for run in port_runs(value) for shown in show_run(run))


def show_run(run: PortRun) -> Iterator[str]:
    """Yield adjacent ports in the short syntax: as a range if there are three or more."""
    if len(run.indexes) >= _LEAST_FOLDED:
        yield run.shown
        return
    for at in range(len(run.indexes)):
        published = str(run.numbers[at]) if run.numbers else run.port["published"]
        yield show_port({**run.port, "published": published, "target": int(str(run.port["target"])) + at})


class PortRun(Struct):
    """Ports of a canonical list that form one range; `indexes` are their positions, `port` is the first of them."""

    port: Mapping[str, Value]
    indexes: list[int]

    @property
    def numbers(self) -> range | None:
        """The fixed host ports; None if the engine picks one."""
        published = str(self.port["published"])
        return range(int(published), int(published) + len(self.indexes)) if is_decimal(published) else None

    @property
    def choice(self) -> range | None:
        """The host ports that the engine picks one from; None if not restricted."""
        found = _RANGE.fullmatch(str(self.port["published"]))
        return range(int(found[1]), int(found[2]) + 1) if found and found[2] else None

    @property
    def shown(self) -> str:
        """All of them in the short syntax."""
        published = span_of_numbers(self.numbers) if self.numbers else self.port["published"]
        first = int(str(self.port["target"]))
        target = span_of_numbers(range(first, first + len(self.indexes)))
        return show_port({**self.port, "published": published, "target": target})


def port_runs(ports: Value) -> list[PortRun]:
    """Fold canonical ports, which are sorted, into ranges, ordered by their first ports."""
    runs: list[PortRun] = []
    growing: dict[tuple[object, ...], PortRun] = {}
    port: Any
    for index, port in enumerate(ports if isinstance(ports, tuple) else ()):
        target, published = port["target"], port["published"]  # canonical, and there may be 65535 of them
        is_one = published and "-" not in published
        offset: object = int(published) - target if is_one else (published, target if published else 0)
        key = (port["protocol"], port["host_ip"], port.get("mode"), offset)
        run = growing.get(key)
        if run is not None and cast("int", run.port["target"]) + len(run.indexes) == target:
            run.indexes.append(index)
        else:
            growing[key] = PortRun(port, [index])
            runs.append(growing[key])
    return runs


def span_of_numbers(numbers: range) -> str:
    """Write a range of numbers.

    >>> span_of_numbers(range(80, 83)), span_of_numbers(range(80, 81))
    ('80-82', '80')
    """
    return f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 1 else str(numbers[0])


def write_bindings(value: Value) -> dict[str, list[dict[str, str]]]:
    """Convert ports to the engine's PortBindings."""
    bindings: dict[str, list[dict[str, str]]] = {}
    for port in value if isinstance(value, tuple) else ():
        assert isinstance(port, Mapping)
        binding = {"HostIp": str(port["host_ip"]), "HostPort": str(port["published"])}
        bindings.setdefault(f"{port['target']}/{port['protocol']}", []).append(binding)
    return bindings


def read_bindings(bindings: Mapping[str, Any] | None) -> tuple[Mapping[str, Value], ...]:
    """Read ports back from PortBindings: what was requested, whether the container runs or not."""
    ports: list[Mapping[str, Value]] = []
    for name, listed in (bindings or {}).items():
        target, _, protocol = name.partition("/")
        for binding in listed or [{}]:
            host_port = binding.get("HostPort") or ""
            published = "" if host_port == "0" else host_port
            ports.extend(_expand(target, published, binding.get("HostIp") or "", protocol or "tcp"))
    return tuple(sorted(ports, key=_order))


def parse_exposed(raw: Any) -> Value:
    """Parse exposed ports as port/protocol → true, with ranges expanded."""
    exposed: dict[str, Value] = {}
    for index, item in enumerate(raw if isinstance(raw, list | tuple) else [raw]):
        match = _EXPOSED.fullmatch(str(item))
        if match is None:
            raise Invalid(f'not a port: "{item}"', path=(index,), help='write a number such as "80" or "53/udp"')
        protocol = (match["protocol"] or "tcp").lower()
        try:
            exposed.update({f"{port}/{protocol}": True for port in _range(match["range"])})
        except Invalid as invalid:
            raise invalid.within(index) from None
    return exposed


PORTS = Codec(
    {
        "type": "array",
        "items": {
            "anyOf": [
                SCALAR_SCHEMA,
                {
                    "type": "object",
                    "properties": {
                        "target": {"type": ["integer", "string"]},
                        "published": {"type": ["integer", "string"]},
                        "host_ip": {"type": "string"},
                        "protocol": {"enum": ["tcp", "udp", "sctp"]},
                        "mode": {"enum": ["ingress", "host"]},
                    },
                    "required": ["target"],
                    "additionalProperties": False,
                },
            ]
        },
    },
    'a list of ports such as "8080:80"',
    parse_ports,
    show_ports,
)
EXPOSED = Codec({"type": "array", "items": SCALAR_SCHEMA}, 'a list of ports such as "80" or "53/udp"', parse_exposed)

"""Codecs for hosts and addresses: static host entries, and DNS servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, TypeAlias

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import list_of
from runner.resource.scalars import CONTROL, SCALAR_SCHEMA

HOST_GATEWAY = "host-gateway"
"""Stands for the address at which a container reaches its host."""

_PAIR = lazy_pattern(r"([^:=]+)[:=](.+)", re.DOTALL)
_NOT_IN_A_NAME = lazy_pattern(f"[:{CONTROL}]")

Place: TypeAlias = tuple[str | int, ...]


def parse_hosts(raw: Any) -> Value:
    """Parse a map, or a list of HOST:ADDRESS or HOST=ADDRESS, as host → addresses, in byte order."""
    hosts: dict[str, set[str]] = {}
    for place, host, address in _mapped(raw) if isinstance(raw, Mapping) else _listed(raw):
        if not host.strip() or _NOT_IN_A_NAME.search(host):
            raise Invalid(f'not a host: "{host}"', path=place, help="write HOST:ADDRESS")
        hosts.setdefault(host, set()).add(_address_of_host(address, place))
    return {host: tuple(sorted(addresses)) for host, addresses in sorted(hosts.items())}


def _mapped(hosts: Mapping[str, Any]) -> Iterator[tuple[Place, str, str]]:
    """Yield path, host and address for each entry of a map from host to one address or several."""
    for host, given in hosts.items():
        if not isinstance(given, list | tuple):
            yield (host,), host, str(given)
        elif not given:
            raise Invalid(f'no address of "{host}"', path=(host,), help="write HOST: ADDRESS")
        else:
            yield from (((host, index), host, str(address)) for index, address in enumerate(given))


def _listed(items: Any) -> Iterator[tuple[Place, str, str]]:
    """Yield path, host and address for each item of a list."""
    for index, item in enumerate(items):
        match = _PAIR.fullmatch(str(item))
        if match is None:
            raise Invalid(f'not a host with its address: "{item}"', path=(index,), help="write HOST:ADDRESS")
        yield (index,), match[1], match[2]


def _address_of_host(text: str, place: Place) -> str:
    """Validate an address; engines accept no zone here."""
    address = text.strip("[]")
    if address != HOST_GATEWAY and ("%" in address or not _is_address(address)):
        raise Invalid(f'not an address: "{text}"', path=place, help=f"write one such as 10.0.0.2, or {HOST_GATEWAY}")
    return address


def parse_server(raw: Any) -> str:
    """Validate the address of a server."""
    if not _is_address(str(raw)):
        raise Invalid(f'not an address: "{raw}"', help="write one such as 10.0.0.53, without a port")
    return str(raw)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


_LIST_SCHEMA = {"type": "array", "items": SCALAR_SCHEMA}
HOSTS = Codec(
    {"anyOf": [{"type": "object", "additionalProperties": {"anyOf": [SCALAR_SCHEMA, _LIST_SCHEMA]}}, _LIST_SCHEMA]},
    'a map, or a list such as "db:10.0.0.2"',
    parse_hosts,
)
SERVERS = list_of(Codec(SCALAR_SCHEMA, "an address such as 10.0.0.53", parse_server), "an address or a list of them")

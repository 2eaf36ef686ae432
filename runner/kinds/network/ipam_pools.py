"""IPAM pools of a network: in the form of the language, and in that of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from runner.core.state import FieldValue
from runner.core.values import Value, as_map, is_empty
from runner.resource.codec import Codec, Invalid
from runner.resource.engine_json import canonical
from runner.resource.field import equal
from runner.resource.kind import ExclusiveRange
from runner.resource.scalars import SCALAR_SCHEMA

_KEYS = {"subnet": "Subnet", "ip_range": "IPRange", "gateway": "Gateway", "aux_addresses": "AuxiliaryAddresses"}


def parse_pools(raw: Any) -> Value:
    """Parse address pools, each with only the keys that are given.

    >>> parse_pools([{"subnet": "FD00:5::/64", "gateway": "fd00:5:0::9"}])
    ({'subnet': 'fd00:5::/64', 'gateway': 'fd00:5::9'},)
    """
    return tuple(_parse_pool(index, pool) for index, pool in enumerate(raw))


def _parse_pool(index: int, given: Mapping[str, Any]) -> Mapping[str, Value]:
    pool = {key: _parse(index, key, part) for key, part in given.items()}
    subnet = ip_network(str(pool["subnet"]))
    for place, part in _parts(pool):
        inner = ip_network(part)
        if inner.version != subnet.version or not subnet.supernet_of(inner):  # type: ignore[arg-type]
            message = f'"{part}" is not in the subnet "{subnet}"'
            raise Invalid(message, path=(index, *place), help="choose one within the subnet")
    return pool


def _parts(pool: Mapping[str, Value]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield, with its path, every address or range of a pool that must be in its subnet."""
    yield from (((key,), str(pool[key])) for key in ("ip_range", "gateway") if key in pool)
    yield from ((("aux_addresses", name), str(part)) for name, part in as_map(pool.get("aux_addresses")).items())


def _parse(index: int, key: str, given: Any) -> Value:
    if key == "aux_addresses":
        return {str(name): _address(address, index, key, name) for name, address in given.items()}
    if key == "gateway":
        return _address(given, index, key)
    try:
        return str(ip_network(str(given)))
    except ValueError as error:
        help = "write an address and a prefix, such as 10.5.0.0/16"
        raise Invalid(f'not a network: "{given}"', path=(index, key), help=help) from error


def _address(given: Any, *path: str | int) -> str:
    try:
        return str(ip_address(str(given)))
    except ValueError as error:
        raise Invalid(f'not an address: "{given}"', path=path, help="write one such as 10.5.0.1") from error


def same_pools(desired: Value, live: Value) -> bool:
    """Compare only what is declared: the engine adds gateways, and a pool for a family without one."""
    if desired is None:
        return is_empty(live)
    wanted, given = _pools(desired), _pools(live)
    families = {_family(pool) for pool in wanted}
    compared = [pool for pool in given if _family(pool) in families]
    return len(wanted) == len(compared) and all(any(_holds(pool, one) for pool in compared) for one in wanted)


def same_pools_anew(desired: Value, live: Value) -> bool:
    """Return whether nothing remains of what is no longer declared; engines report only what was requested."""
    return all(any(_is_all_of(pool, one) for pool in _pools(live)) for one in _pools(desired))


def _is_all_of(given: Mapping[str, Value], wanted: Mapping[str, Value]) -> bool:
    rest = {key: value for key, value in given.items() if key not in wanted}
    return _holds(given, wanted) and (not rest or rest == {"gateway": _usual_gateway(wanted)})


def _usual_gateway(pool: Mapping[str, Value]) -> str | None:
    """Return the gateway that the engine assigns by default, where it is certain."""
    return None if "ip_range" in pool else str(ip_network(str(pool["subnet"])).network_address + 1)


def _pools(value: FieldValue) -> list[Mapping[str, Value]]:
    return [pool for pool in value if isinstance(pool, Mapping)] if isinstance(value, tuple) else []


def ranges(value: FieldValue) -> Iterator[ExclusiveRange]:
    """Yield the address ranges of pools, as numbers."""
    for pool in _pools(value):
        if "subnet" in pool:
            subnet = ip_network(str(pool["subnet"]))
            yield ExclusiveRange(f"ipv{subnet.version}", int(subnet.network_address), int(subnet.broadcast_address))


def subnets(value: FieldValue, family: int) -> Iterator[IPv4Network | IPv6Network]:
    """Yield the subnets of pools of one address family, 4 or 6."""
    for pool in _pools(value):
        subnet = ip_network(str(pool["subnet"]))
        if subnet.version == family:
            yield subnet


def _family(pool: Mapping[str, Value]) -> int:
    return ip_network(str(pool["subnet"])).version if "subnet" in pool else 4


def _holds(given: Mapping[str, Value], wanted: Mapping[str, Value]) -> bool:
    return all(equal(value, given.get(key)) for key, value in wanted.items())


def write_pools(pools: Iterable[Mapping[str, Value]]) -> list[dict[str, Value]]:
    """Convert pools to the engine's IPAM config."""
    return [{_KEYS[key]: given for key, given in pool.items()} for pool in pools]


def read_pools(pools: Any) -> Value:
    """Read pools from the engine's IPAM config."""
    return tuple({key: canonical(pool[name]) for key, name in _KEYS.items() if pool.get(name)} for pool in pools or ())


_SCHEMA = {
    "type": "object",
    "properties": {
        **{key: {"type": "string"} for key in ("subnet", "ip_range", "gateway")},
        "aux_addresses": {"type": "object", "additionalProperties": SCALAR_SCHEMA},
    },
    "required": ["subnet"],
    "additionalProperties": False,
}
POOLS = Codec({"type": "array", "items": _SCHEMA}, "a list of pools such as [{subnet: 10.5.0.0/16}]", parse_pools)

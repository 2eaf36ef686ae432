"""The pools that a network's addresses come from: as the language writes them, and as the engine does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from runner.core.values import Value, is_empty
from runner.resource.body import frozen
from runner.resource.codec import Codec, Invalid
from runner.resource.scalars import SCALAR_SCHEMA

_KEYS = {"subnet": "Subnet", "ip_range": "IPRange", "gateway": "Gateway", "aux_addresses": "AuxiliaryAddresses"}


def parse_pools(raw: Any) -> Value:
    """Read address pools, each with only what is asked of it.

    >>> parse_pools([{"subnet": "FD00:5::/64", "gateway": "fd00:5:0::9"}])
    ({'subnet': 'fd00:5::/64', 'gateway': 'fd00:5::9'},)
    """
    return tuple({key: _parse(index, key, given) for key, given in pool.items()} for index, pool in enumerate(raw))


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
    """Compare only what was asked for: the engine adds gateways, and a pool of a family that has none."""
    if desired is None:
        return is_empty(live)
    wanted, given = _pools(desired), _pools(live)
    families = {_family(pool) for pool in wanted}
    compared = [pool for pool in given if _family(pool) in families]
    return len(wanted) == len(compared) and all(any(_holds(pool, one) for pool in compared) for one in wanted)


def _pools(value: Value) -> list[Mapping[str, Value]]:
    return [pool for pool in value if isinstance(pool, Mapping)] if isinstance(value, tuple) else []


def _family(pool: Mapping[str, Value]) -> int:
    return ip_network(str(pool["subnet"])).version if "subnet" in pool else 4


def _holds(given: Mapping[str, Value], wanted: Mapping[str, Value]) -> bool:
    return all(given.get(key) == value for key, value in wanted.items())


def write_pools(pools: Iterable[Mapping[str, Value]]) -> list[dict[str, Value]]:
    """Write pools as the engine's IPAM configuration."""
    return [{_KEYS[key]: given for key, given in pool.items()} for pool in pools]


def read_pools(pools: Any) -> Value:
    """Read pools back out of the engine's IPAM configuration."""
    return tuple({key: frozen(pool[name]) for key, name in _KEYS.items() if pool.get(name)} for pool in pools or ())


_SCHEMA = {
    "type": "object",
    "properties": {
        **{key: {"type": "string"} for key in ("subnet", "ip_range", "gateway")},
        "aux_addresses": {"type": "object", "additionalProperties": SCALAR_SCHEMA},
    },
    "additionalProperties": False,
}
POOLS = Codec({"type": "array", "items": _SCHEMA}, "a list of pools such as [{subnet: 10.5.0.0/16}]", parse_pools)

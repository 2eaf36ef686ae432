"""The rows of a swarm's networks, those of an engine's with other defaults, and what no swarm can do of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from runner.core.struct import replace
from runner.core.values import Value, as_map
from runner.kinds.network import kind as on_engine
from runner.kinds.shared.named_resource import INTERNAL_FIELDS
from runner.kinds.swarm.names import fitting, is_valid, is_version
from runner.resource.codec import Invalid
from runner.resource.field import constant

if TYPE_CHECKING:
    from runner.core.state import Resource

OVERLAY: Final = "overlay"
_OF_ONE_ENGINE: Final = ("bridge", "host", "ipvlan", "macvlan", "none", "null")

FIELDS: Final = tuple(
    replace(row, default=constant(OVERLAY), examples=(OVERLAY, "weave")) if row.name == "driver" else row
    for row in on_engine.FIELDS
)


def _is_of(desired: Value, live: Value) -> bool:
    """Compare the names of a network and of one of its versions."""
    return desired == live or is_version(str(live), fitting(str(desired)))


INTERNAL: Final = tuple(replace(row, equals=_is_of) for row in INTERNAL_FIELDS)
ROWS: Final = (*FIELDS, *INTERNAL)


def refusals(values: Mapping[str, Value], resource: Resource) -> Iterator[Invalid]:
    """Yield what no swarm can do of an entry."""
    if resource.external:
        return
    if "name" in values and not is_valid(name := str(values["name"])):
        help = "use up to 63 letters, digits, - and _, the first and the last one a letter or a digit"
        yield Invalid(f'a swarm does not take the name "{name}"', path=("name",), help=help, code="swarm-cannot")
    driver = values.get("driver", OVERLAY)
    if driver in _OF_ONE_ENGINE:
        message = f'a network of a swarm cannot have the driver "{driver}", which knows one engine only'
        help = f"leave it out: the driver of a swarm is {OVERLAY}"
        yield Invalid(message, path=("driver",), help=help, code="swarm-cannot")
    if values.get("enable_ipv4") is False:
        yield _without("cannot be without IPv4", "enable_ipv4")
    if values.get("enable_ipv6") and driver == OVERLAY:
        yield _without("cannot have IPv6 addresses", "enable_ipv6")
    pools = values.get("ipam.config")
    for index, pool in enumerate(pools if isinstance(pools, tuple) else ()):
        yield from _refused(as_map(pool), index, str(driver))


def _refused(pool: Mapping[str, Value], index: int, driver: str) -> Iterator[Invalid]:
    if driver == OVERLAY and ip_network(str(pool["subnet"])).version != 4:
        yield _without("cannot have IPv6 addresses", "ipam", "config", index, "subnet")
    if "aux_addresses" in pool:
        yield _without("cannot keep addresses free", "ipam", "config", index, "aux_addresses")


def _without(what: str, *path: str | int) -> Invalid:
    help = "remove it, or leave engine: swarm out: the file then runs on one engine"
    return Invalid(f"an overlay network {what}", path=path, help=help, code="swarm-cannot")

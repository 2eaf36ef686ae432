"""The networks that a container joins, and the endpoint settings for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_address

from runner.core.address import Address
from runner.core.claim import ExclusiveClaim
from runner.core.state import Resource
from runner.core.values import Value, as_map
from runner.kinds.network.ipam_pools import subnets
from runner.kinds.network.predefined import PREDEFINED, mode_instead
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration

IMPLICIT_NETWORK = "default"
_FAMILIES = {"ipv4_address": 4, "ipv6_address": 6}
_GIVE_A_SUBNET = "use an address of a subnet declared by the network, as in ipam: {config: [{subnet: 10.5.0.0/16}]}"


def joined_networks(declaration: Declaration) -> Iterator[Resource]:
    """Yield every network that an entry joins; the implicit one if it names none."""
    values = declaration.values
    if "network_mode" in values:
        if "networks" in values:
            help = "use either networks or network_mode"
            declaration.report(Invalid('"networks" conflicts with "network_mode"', path=("networks",), help=help))
        if "ports" in values and (mode := values["network_mode"]) != "bridge":
            help = "ports cannot be published in this mode"
            declaration.report(Invalid(f'"ports" conflicts with network_mode "{mode}"', path=("ports",), help=help))
        return
    for name in joined_names(values):
        if name == IMPLICIT_NETWORK:
            address = Address("network", name)
            engine_name = f"{declaration.workflow}_{name}"
            implicit = Resource(address, engine_name, fields={"name": engine_name}, shared=True)
            yield declaration.declared.get(address) or implicit
        elif name in PREDEFINED and Address("network", name) not in declaration.declared:
            help = mode_instead(name)
            invalid = Invalid(f'unknown network "{name}"', path=("networks", name), help=help, code="unknown-reference")
            declaration.report(invalid)
        else:
            found = declaration.find("network", name, "networks", name)
            if found is not None:
                yield found


def joined_names(values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the keys of the networks that an entry with these values joins."""
    return () if "network_mode" in values else tuple(as_map(values.get("networks"))) or (IMPLICIT_NETWORK,)


def claimed_addresses(declaration: Declaration, networks: Iterable[Resource]) -> Iterator[ExclusiveClaim]:
    """Yield the claimed addresses; report those that a network of the workflow cannot assign."""
    asked = as_map(declaration.values.get("networks"))
    for network in networks:
        name = network.address.name
        for key, family in _FAMILIES.items():
            if address := as_map(asked.get(name)).get(key):
                if why := _why_not(network, str(address), family):
                    message = f'network "{name}" cannot assign "{address}": {why}'
                    declaration.report(Invalid(message, path=("networks", name, key), help=_GIVE_A_SUBNET))
                yield ExclusiveClaim(f'address {address} on network "{name}"', path=("networks", name, key))


def _why_not(network: Resource, address: str, family: int) -> str | None:
    """Return why engines would not assign an address; None if they would, or if only they can tell."""
    if network.external or network.fields.get("ipam.driver", "default") != "default":
        return None
    pools = network.fields.get("ipam.config")
    if pools == ():
        return None  # no pool could be parsed
    own = list(subnets(pools, family))
    if not own:
        return "it declares no subnet"
    return None if any(ip_address(address) in subnet for subnet in own) else f"it has {', '.join(map(str, own))}"


def attachments(
    declaration: Declaration, networks: Iterable[Resource], linked: Callable[[str], tuple[str, ...]]
) -> Mapping[str, Value]:
    """Return the fields for the joined networks: attachments by engine name, and the candidates for the first network.

    The attachments are in the order of joining, and each has the entry's key as a network alias; `linked` returns more
    aliases by the network's key.
    """
    asked = as_map(declaration.values.get("networks"))
    joined: dict[str, Mapping[str, Value]] = {}
    priorities: dict[str, int] = {}
    for network in networks:
        endpoint = as_map(asked.get(network.address.name))
        aliases = endpoint.get("aliases") or ()
        assert isinstance(aliases, tuple)
        wanted = {key: given for key, given in endpoint.items() if key != "priority"}
        joined[network.engine_name] = {
            **wanted,
            "aliases": tuple(dict.fromkeys((declaration.key, *aliases, *linked(network.address.name)))),
        }
        priorities[network.engine_name] = _priority(endpoint)
    # At equal priority a MAC address comes first: before API 1.44 it counts on the first network only (moby#45905).
    order = sorted(joined, key=lambda name: (-priorities[name], "mac_address" not in joined[name]))
    return {"networks": {name: joined[name] for name in order}, "networks.priority": _highest(priorities)}


def _priority(endpoint: Value) -> int:
    priority = as_map(endpoint).get("priority", 0)
    assert isinstance(priority, int)
    return priority


def _highest(priorities: Mapping[str, int]) -> tuple[str, ...]:
    """Return the networks of the highest priority; all of them if the priorities are equal."""
    top = max(priorities.values(), default=0)
    return tuple(sorted(name for name, priority in priorities.items() if priority == top))

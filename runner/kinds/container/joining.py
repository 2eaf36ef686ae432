"""Which networks a container joins, and what is asked of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.core.address import Address
from runner.core.state import Resource
from runner.core.values import Value, as_map
from runner.resource.codec import Invalid
from runner.resource.kind import Declaration

IMPLICIT_NETWORK = "default"


def joined_networks(declaration: Declaration) -> Iterator[Resource]:
    """Yield every network that is joined; the implicit one when nothing else is said."""
    values = declaration.values
    if "network_mode" in values:
        if "networks" in values:
            help = "join networks, or use the mode of something else"
            declaration.report(Invalid('"networks" does not go with "network_mode"', path=("networks",), help=help))
        if "ports" in values and (mode := values["network_mode"]) != "bridge":
            help = "the engine publishes nothing in this mode"
            declaration.report(Invalid(f'"ports" does not go with network_mode "{mode}"', path=("ports",), help=help))
        return
    for name in as_map(values.get("networks")) or (IMPLICIT_NETWORK,):
        if name == IMPLICIT_NETWORK:
            address = Address("network", name)
            engine_name = f"{declaration.workflow}_{name}"
            implicit = Resource(address, engine_name, fields={"name": engine_name}, shared=True)
            yield declaration.declared.get(address) or implicit
        else:
            found = declaration.find("network", name, "networks", name)
            if found is not None:
                yield found


def attachments(declaration: Declaration) -> Mapping[str, Value]:
    """Return the fields for what is joined: the attachments by the networks' engine names, and which may be the first.

    They stand in the order of joining, and everybody answers to the entry's key.
    """
    asked = as_map(declaration.values.get("networks"))
    joined: dict[str, Mapping[str, Value]] = {}
    priorities: dict[str, int] = {}
    for network in joined_networks(declaration):
        endpoint = as_map(asked.get(network.address.name))
        aliases = endpoint.get("aliases") or ()
        assert isinstance(aliases, tuple)
        wanted = {key: given for key, given in endpoint.items() if key != "priority"}
        joined[network.engine_name] = {**wanted, "aliases": tuple(dict.fromkeys((declaration.key, *aliases)))}
        priorities[network.engine_name] = _priority(endpoint)
    # Among equals the one with a MAC address: before API 1.44 engines honour it on the first one only.
    order = sorted(joined, key=lambda name: (-priorities[name], "mac_address" not in joined[name]))
    return {"networks": {name: joined[name] for name in order}, "first_network": _highest(priorities)}


def _priority(endpoint: Value) -> int:
    priority = as_map(endpoint).get("priority", 0)
    assert isinstance(priority, int)
    return priority


def _highest(priorities: Mapping[str, int]) -> tuple[str, ...]:
    """Return the networks of the highest priority, all of them where none is higher than another."""
    top = max(priorities.values(), default=0)
    return tuple(sorted(name for name, priority in priorities.items() if priority == top))

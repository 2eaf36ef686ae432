"""The description of a network: its facts, its subnets, and the containers on it."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.engine_answers import EngineJSON
from runner.core.inspection import Description, Row, Table, table_from
from runner.core.state import ObservedResource
from runner.core.values import Value
from runner.kinds.shared.describe import container_name, labels_table, options_table
from runner.resource.observation import ObserveContext


def describe(context: ObserveContext, observed: ObservedResource) -> Description:
    """Describe a network of the engine."""
    document = next(one for one in context.networks if one["Id"] == observed.id)
    users = dict(sorted(_users(context, observed.id)))
    return Description(
        _facts(document, observed),
        (
            Table("subnets", ("subnet", "gateway", "ip_range"), tuple(_subnets(document)), places=("ipam.config",)),
            options_table(document.get("Options"), "driver_opts."),
            labels_table(document),
            table_from("containers", "name", ("address", "ipv6"), users),
        ),
    )


def _facts(document: EngineJSON, observed: ObservedResource) -> dict[str, Value]:
    return {
        "id": observed.id,
        "name": document["Name"],
        "owned": observed.owned,
        "driver": document.get("Driver"),
        "scope": document.get("Scope"),
        "created": document.get("Created"),
        "internal": bool(document.get("Internal")),
        "attachable": bool(document.get("Attachable")),
        "enable_ipv4": document.get("EnableIPv4") is not False,
        "enable_ipv6": bool(document.get("EnableIPv6")),
    }


def _subnets(document: EngineJSON) -> Iterator[Row]:
    for pool in (document.get("IPAM") or {}).get("Config") or ():
        yield {"subnet": pool.get("Subnet"), "gateway": pool.get("Gateway"), "ip_range": pool.get("IPRange")}


def _users(context: ObserveContext, id: str) -> Iterator[tuple[str, Row]]:
    """Yield the containers on a network, running or not, whoever they belong to."""
    for short in context.containers:
        for endpoint in ((short.get("NetworkSettings") or {}).get("Networks") or {}).values():
            if endpoint.get("NetworkID") == id:
                addresses = {"address": endpoint.get("IPAddress"), "ipv6": endpoint.get("GlobalIPv6Address")}
                yield container_name(short), {name: address or None for name, address in addresses.items()}

"""Networks, host names and name servers of a service's tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runner.core.state import Ref, Resource
from runner.core.values import Value, as_map
from runner.resource.codec import Invalid
from runner.resource.collections import collect
from runner.resource.engine_json import Binding, Body, at, canonical, get, put
from runner.resource.service_binding import InService

_NETWORKS = "TaskTemplate.Networks"
_NAME = "runner.name"
"""Where the name of a network stands beside its id once it has been looked up."""
OF_NODES = ("bridge", "host")
"""Networks that every node has of its own: services refer to them by name, whatever their id in the swarm."""
_ONLY_ON_ONE_ENGINE = ("ipv4_address", "ipv6_address", "mac_address", "priority", "gw_priority")


def _write_attachments(value: Any) -> list[dict[str, Any]]:
    """Write name → {id, aliases, driver_opts}."""
    return [_write_attachment(as_map(attachment)) for attachment in value.values()]


def _write_attachment(attachment: Mapping[str, Any]) -> dict[str, Any]:
    options = attachment.get("driver_opts")
    body = {"Target": attachment["id"], "Aliases": list(attachment.get("aliases") or ())}
    return {**body, "DriverOpts": dict(options)} if options else body


def _read_attachments(value: Any) -> Value:
    named = ((one.get(_NAME, one["Target"]), one) for one in value or ())
    return {name: _read_attachment(one) for name, one in named if name not in OF_NODES}


def _read_attachment(attachment: Mapping[str, Any]) -> Mapping[str, Value]:
    options = canonical(attachment.get("DriverOpts") or None)
    read = {"id": attachment["Target"], "aliases": tuple(attachment.get("Aliases") or ())}
    return {**read, "driver_opts": options} if options else read


def _same_attachment(desired: Value, live: Value) -> bool:
    return _settled(desired) == _settled(live)


def _settled(attachment: Value) -> object:
    if not isinstance(attachment, Mapping):
        return attachment
    aliases = attachment.get("aliases")
    names = set(aliases if isinstance(aliases, tuple) else ())
    return attachment.get("id"), names, attachment.get("driver_opts") or None


def _show_attachments(value: Value) -> Value:
    if not isinstance(value, Mapping):
        return value
    return {name: _show_attachment(one) for name, one in value.items()}


def _show_attachment(attachment: Value) -> Value:
    if not isinstance(attachment, Mapping):
        return attachment
    return {key: given for key, given in attachment.items() if given and key != "id"} or "attached"


def _refuse_addresses(value: Value, values: Mapping[str, Value]) -> Iterator[Invalid]:
    # What the file says: the value itself is by the networks' names on the engine.
    for name, attachment in as_map(values.get("networks")).items():
        for key in _ONLY_ON_ONE_ENGINE:
            if key in as_map(attachment):
                help = "omit it: tasks get their addresses from the swarm"
                yield Invalid(f'"{key}" is not an option of services', path=(name, key), help=help)


def with_references(attachments: Mapping[str, Value], networks: Iterable[Resource]) -> Mapping[str, Any]:
    """Return what an entry says of its networks, by name, each with a reference to the network's present version."""
    return {
        one.engine_name: {**as_map(attachments[one.engine_name]), "id": Ref(one.address)}
        for one in networks
        if one.engine_name in attachments
    }


def with_network_names(spec: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a service's spec with the names of its networks beside the ids that managers keep.

    `names` are those of `SwarmLists.network_names`.
    """
    template = dict(spec.get("TaskTemplate") or {})
    if template.get("Networks"):
        template["Networks"] = [{**one, _NAME: names.get(one["Target"], one["Target"])} for one in template["Networks"]]
    return {**spec, "TaskTemplate": template}


def _write_mode(value: Value, body: Body) -> None:
    put(body, _NETWORKS, [{"Target": value}])


def _read_mode(spec: Mapping[str, Any]) -> Value:
    """Read which network of the nodes tasks are on; None if they are on one of the swarm."""
    joined = [one.get(_NAME, one["Target"]) for one in get(spec, _NETWORKS) or ()]
    return joined[0] if len(joined) == 1 and joined[0] in OF_NODES else None


def _refuse_mode(value: Value, _values: Mapping[str, Value]) -> Iterator[Invalid]:
    if value not in OF_NODES:
        yield Invalid(
            f'a service can\'t have network_mode "{value}"', help=f"write {' or '.join(OF_NODES)}, or networks"
        )


def _write_hosts(value: Any) -> list[str]:
    """Write host → addresses as lines of a hosts file: of several names in one, managers keep the first."""
    return [f"{address} {host}" for host, addresses in value.items() for address in addresses]


def _read_hosts(value: Any) -> Value:
    hosts: dict[str, list[Value]] = {}
    for line in value or ():
        address, *names = line.split()
        for host in names:
            hosts.setdefault(host, []).append(address)
    return {host: collect(addresses, ordered=False) for host, addresses in hosts.items()}


NETWORKS = InService(
    bind=at(_NETWORKS, encode=_write_attachments, decode=_read_attachments),
    equals=_same_attachment,
    refuse=_refuse_addresses,
    show=_show_attachments,
)
NETWORK_MODE = InService(
    bind=Binding(_write_mode, _read_mode, _NETWORKS),
    refuse=_refuse_mode,
    note="On a swarm: bridge or host of each node.",
)
HOSTS = InService(bind=at("TaskTemplate.ContainerSpec.Hosts", encode=_write_hosts, decode=_read_hosts))

"""Networks, host names and name servers of a service's tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.values import Value, as_map
from runner.resource.codec import Invalid
from runner.resource.collections import collect
from runner.resource.engine_json import Binding, Body, at, canonical, get, put
from runner.resource.service_binding import InService

_NETWORKS = "TaskTemplate.Networks"
_OF_NODES = ("bridge", "host")
"""Networks that every node has of its own."""
_ONLY_ON_ONE_ENGINE = ("ipv4_address", "ipv6_address", "mac_address", "priority", "gw_priority")


def _write_attachments(value: Any) -> list[dict[str, Any]]:
    """Write name → {aliases, driver_opts}."""
    return [_write_attachment(name, as_map(attachment)) for name, attachment in value.items()]


def _write_attachment(name: str, attachment: Mapping[str, Any]) -> dict[str, Any]:
    options = attachment.get("driver_opts")
    body = {"Target": name, "Aliases": list(attachment.get("aliases") or ())}
    return {**body, "DriverOpts": dict(options)} if options else body


def _read_attachments(value: Any) -> Value:
    return {one["Target"]: _read_attachment(one) for one in value or ()}


def _read_attachment(attachment: Mapping[str, Any]) -> Mapping[str, Value]:
    options = canonical(attachment.get("DriverOpts") or None)
    return {"aliases": tuple(attachment.get("Aliases") or ()), **({"driver_opts": options} if options else {})}


def _same_attachment(desired: Value, live: Value) -> bool:
    return _settled(desired) == _settled(live)


def _settled(attachment: Value) -> object:
    if not isinstance(attachment, Mapping):
        return attachment
    aliases = attachment.get("aliases")
    return set(aliases if isinstance(aliases, tuple) else ()), attachment.get("driver_opts") or None


def _show_attachments(value: Value) -> Value:
    if not isinstance(value, Mapping):
        return value
    return {
        name: {key: given for key, given in as_map(one).items() if given} or "attached" for name, one in value.items()
    }


def _refuse_addresses(value: Value, values: Mapping[str, Value]) -> Iterator[Invalid]:
    # What the file says: the value itself is by the networks' names on the engine.
    for name, attachment in as_map(values.get("networks")).items():
        for key in _ONLY_ON_ONE_ENGINE:
            if key in as_map(attachment):
                help = "omit it: tasks get their addresses from the swarm"
                yield Invalid(f'"{key}" is not an option of services', path=(name, key), help=help)


def with_network_names(spec: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a service's spec with the names of its networks in place of the ids that managers keep.

    `names` are those of `SwarmLists.network_names`.
    """
    template = dict(spec.get("TaskTemplate") or {})
    if template.get("Networks"):
        template["Networks"] = [
            {**one, "Target": names.get(one["Target"], one["Target"])} for one in template["Networks"]
        ]
    return {**spec, "TaskTemplate": template}


def _write_mode(value: Value, body: Body) -> None:
    put(body, _NETWORKS, [{"Target": value}])


def _read_mode(spec: Mapping[str, Any]) -> Value:
    """Read which network of the nodes tasks are on; None if they are on one of the swarm."""
    joined = [one["Target"] for one in get(spec, _NETWORKS) or ()]
    return joined[0] if len(joined) == 1 and joined[0] in _OF_NODES else None


def _refuse_mode(value: Value, _values: Mapping[str, Value]) -> Iterator[Invalid]:
    if value not in _OF_NODES:
        yield Invalid(
            f'a service can\'t have network_mode "{value}"', help=f"write {' or '.join(_OF_NODES)}, or networks"
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

"""Ports, networks and name resolution of a container."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.plan import Effect, Reason
from runner.core.values import Value, is_decimal
from runner.kinds.container.options.attachments import (
    ATTACHMENTS,
    addresses_below_the_first,
    asks_for,
    read_attachments,
    read_mode,
    same_attachment,
    write_attachments,
    write_mode,
)
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import collect, list_of, read_set
from runner.resource.engine_json import Binding, Body, at, put
from runner.resource.field import FROM_IMAGE, Field
from runner.resource.hosts import HOSTS, SERVERS
from runner.resource.ports import EXPOSED, PORTS, read_bindings, write_bindings
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import CONTROL, SCALAR_SCHEMA, matching, word
from runner.resource.service_binding import InService, Late, no_place


def _write_ports(value: Value, body: Body) -> None:
    """Publish ports, and expose them too, as the engine requires."""
    bindings = write_bindings(value)
    put(body, "HostConfig.PortBindings", bindings)
    _expose(body, bindings)


def _expose(body: Body, names: Mapping[str, Any]) -> None:
    body.setdefault("Config", {}).setdefault("ExposedPorts", {}).update({name: {} for name in names})


def _read_ports(inspect: Mapping[str, Any]) -> Value:
    """Read the configured port bindings, whether the container runs or not."""
    return read_bindings((inspect.get("HostConfig") or {}).get("PortBindings"))


def _write_exposed(value: Value, body: Body) -> None:
    """Expose ports without publishing them."""
    _expose(body, value if isinstance(value, Mapping) else {})


def _read_exposed(inspect: Mapping[str, Any]) -> Value:
    """Read exposed ports, including the published ones."""
    exposed = (inspect.get("Config") or {}).get("ExposedPorts") or {}
    return {port: True for written in exposed for port in _each_exposed(written)}


def _each_exposed(written: str) -> Iterator[str]:
    """Yield each port of what the engine has as one: others write ranges, and leave out the protocol of TCP."""
    numbers, _, protocol = written.partition("/")
    first, _, last = numbers.partition("-")
    if not (is_decimal(first) and is_decimal(last or first)):
        yield written
        return
    for number in range(int(first), int(last or first) + 1):
        yield f"{number}/{protocol or 'tcp'}"


def _write_hosts(value: Any) -> list[str]:
    """Write host → addresses as the engine's list."""
    return [f"{host}:{address}" for host, addresses in value.items() for address in addresses]


def _read_hosts(value: Any) -> Value:
    """Read the engine's list as host → addresses."""
    hosts: dict[str, list[Value]] = {}
    for item in value or ():
        host, _, address = item.partition(":")
        hosts.setdefault(host, []).append(address.strip("[]"))
    return {host: collect(addresses, ordered=False) for host, addresses in hosts.items()}


def parse_mode(raw: Any) -> str:
    """Parse a network mode; for a network's name or a mode of Compose, the error says what to write instead."""
    text = str(raw)
    if re.fullmatch(r"bridge|host|none|container:.+", text):
        return text
    kind, _, name = text.partition(":")
    help = f"to join a network, write networks: [{text}]"
    if kind in ("default", "service"):
        help = f"write container:{name}" if name else "write bridge"
    raise Invalid(f'expected {_MODES}, got "{text}"', help=help)


_MODES = "bridge, host, none or container:NAME"
MODE = Codec(SCALAR_SCHEMA, _MODES, parse_mode)

_DOMAIN = matching(rf"[^\s{CONTROL}]*", "a domain such as example.org")

NETWORK = (
    Field(
        name="ports",
        codec=PORTS,
        doc="Ports published on the host.",
        examples=(["127.0.0.1:18080:80"], ["127.0.0.1:18081:80", "53/udp"]),
        bind=Binding(write=_write_ports, read=_read_ports),
        service=Late("runner.kinds.container.in_service.ports:PORTS"),
    ),
    Field(
        name="expose",
        codec=EXPOSED,
        doc="Ports exposed without publishing them on the host.",
        examples=(["81"], ["82", "53/udp"]),
        bind=Binding(write=_write_exposed, read=_read_exposed),
        default=FROM_IMAGE,
        merged_by_key=True,
        service=no_place("remove it: containers of a network reach all ports of each other"),
    ),
    Field(
        name="networks",
        codec=ATTACHMENTS,
        doc="Networks to join, as a list, or a map with aliases and addresses; highest priority first.",
        examples=(["front"], {"front": {"aliases": ["www"]}}),
        bind=Binding(write=write_attachments, read=read_attachments),
        equals=same_attachment,
        on_change=Effect.UPDATE,
        on_unset=Effect.UPDATE,
        merged_by_key=True,
        exclusive=True,
        parts=(
            SubRequirement(
                name="networks.mac_address below the first network", used=addresses_below_the_first, needs_api="1.44"
            ),
            SubRequirement(name="networks.ipv4_address", used=asks_for("ipv4_address")),
            SubRequirement(name="networks.ipv6_address", used=asks_for("ipv6_address")),
            SubRequirement(name="networks.gw_priority", used=asks_for("gw_priority"), needs_api="1.48"),
            SubRequirement(name="networks.driver_opts", used=asks_for("driver_opts"), needs_api="1.46"),
        ),
        service=Late("runner.kinds.container.in_service.network:NETWORKS"),
    ),
    Field(
        name="network_mode",
        codec=MODE,
        doc="Instead of networks: the engine's bridge, the host's own, none, or that of another container,"
        " with which it is restarted.",
        examples=("none", "bridge"),
        bind=Binding(write=write_mode, read=read_mode),
        drift_reason=Reason.DEPENDENCY,  # drifts only if the referenced container was replaced
        service=Late("runner.kinds.container.in_service.network:NETWORK_MODE"),
    ),
    Field(
        name="extra_hosts",
        codec=HOSTS,
        doc="Extra host names with fixed addresses; host-gateway is the host's address.",
        examples=(["db:10.0.0.2"], {"db": "10.0.0.3"}),
        bind=at("HostConfig.ExtraHosts", encode=_write_hosts, decode=_read_hosts),
        merged_by_key=True,
        service=Late("runner.kinds.container.in_service.network:HOSTS"),
    ),
    Field(
        name="dns",
        codec=SERVERS,
        doc="DNS servers, in order.",
        examples=(["10.0.0.53"], ["10.0.0.53", "10.0.0.54"]),
        bind=at("HostConfig.Dns", encode=list),
        service=InService(bind=at("TaskTemplate.ContainerSpec.DNSConfig.Nameservers", encode=list)),
    ),
    Field(
        name="dns_search",
        codec=list_of(_DOMAIN, "a domain or a list of them"),
        doc='DNS search domains, in order; "" stands for none, where the host has some.',
        examples=(["example.org"], ["example.org", "example.net"]),
        bind=at("HostConfig.DnsSearch", encode=list),
        service=InService(bind=at("TaskTemplate.ContainerSpec.DNSConfig.Search", encode=list)),
    ),
    Field(
        name="dns_opt",
        codec=list_of(word("an option such as ndots:2"), "an option or a list of them", ordered=False),
        doc="DNS resolver options, such as ndots:2.",
        examples=(["ndots:2"], ["ndots:2", "rotate"]),
        bind=at("HostConfig.DnsOptions", encode=list, decode=read_set),
        service=InService(bind=at("TaskTemplate.ContainerSpec.DNSConfig.Options", encode=list, decode=read_set)),
    ),
)

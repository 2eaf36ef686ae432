"""Addresses of a container's port, as reachable from where runner runs.

A container's own address is only valid where its network is: on the engine's host, or in a container that shares the
network; elsewhere it may belong to something else. The same is true of a port published on a loopback address if runner
is in another network namespace than the engine, as in a container.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from runner.core.struct import Struct
from runner.kinds.probing.probe import ProbeTarget

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON

_ANY_PORT = 9
_REMOTE_SCHEMES = ("tcp", "ssh", "http", "https")


class ProbeAddress(Struct):
    """A host and a port, and a text that describes them."""

    host: str
    port: int
    what: str = "its own address"
    is_sure: bool = False
    """True if a refusal comes from the container itself: no other address would do better."""
    is_elsewhere: bool = False
    """True for an address that means another machine here than it does for the engine."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def container_addresses(place: ProbeTarget, port: int) -> Iterator[ProbeAddress]:
    """Yield the container's own addresses on networks that this machine, or the container of runner, is on."""
    if not is_on_this_machine(place):
        return
    beside = place.gateway.shares_network is not False
    for endpoint in _endpoints(place):
        if (beside and _has_its_gateway(endpoint)) or _is_linked(endpoint):
            yield ProbeAddress(str(endpoint["IPAddress"]), port, is_sure=beside)


def published_addresses(place: ProbeTarget, port: int) -> Iterator[ProbeAddress]:
    """Yield the addresses of the ports that the engine publishes for it, or that it has on the host's network."""
    bindings = (place.inspect["NetworkSettings"].get("Ports") or {}).get(f"{port}/tcp") or ()
    ways = {_host(place, binding["HostIp"]): int(binding["HostPort"]) for binding in bindings}
    what = "the published port"
    if place.inspect["HostConfig"].get("NetworkMode") == "host":
        ways, what = {_host(place, ""): port}, "the host's network"
    for host, number in ways.items():
        elsewhere = place.gateway.shares_network is False and ip_is_loopback(host)
        yield ProbeAddress(host, number, what, is_elsewhere=elsewhere)


def is_on_this_machine(place: ProbeTarget) -> bool:
    """Return whether the engine's URL leads to this machine."""
    host = _remote_host(place)
    return host is None or ip_is_loopback(host) or _is_own(host)


def ip_is_loopback(host: str) -> bool:
    """Return whether an address or a host name is a loopback one."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _endpoints(place: ProbeTarget) -> Iterator[EngineJSON]:
    networks = (place.inspect["NetworkSettings"].get("Networks") or {}).values()
    return (endpoint for endpoint in networks if endpoint.get("IPAddress"))


def _has_its_gateway(endpoint: EngineJSON) -> bool:
    """Return whether the gateway of a container's network is an address of this machine."""
    return bool(endpoint.get("Gateway")) and _is_own(str(endpoint["Gateway"]))


def _is_own(address: str) -> bool:
    try:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as one:
            one.bind((address, 0))
    except OSError:
        return False
    return True


def _is_linked(endpoint: EngineJSON) -> bool:
    """Return whether this process is itself on a container's network; nothing is sent to find out."""
    address, prefix = str(endpoint["IPAddress"]), int(endpoint.get("IPPrefixLen") or 32)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect((address, _ANY_PORT))
            own = str(one.getsockname()[0])
    except OSError:
        return False
    return own != endpoint.get("Gateway") and ip_address(own) in ip_interface(f"{address}/{prefix}").network


def _remote_host(place: ProbeTarget) -> str | None:
    engine = urlsplit(place.gateway.address)
    return engine.hostname if engine.scheme in _REMOTE_SCHEMES else None


def _host(place: ProbeTarget, bound: str) -> str:
    """Return the host under which a published port is reached."""
    local = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(bound, bound)
    return _remote_host(place) or local

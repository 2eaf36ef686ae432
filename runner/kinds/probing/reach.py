"""Ways to a container's port from where runner runs.

A container's own address is only good where its network's bridge is: elsewhere it may be somebody else's.
A published port is found on the engine's machine; there something listens whether the container does or not.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from runner.kinds.probing.probe import Place

if TYPE_CHECKING:
    from runner.core.gateway import EngineJSON

Way: TypeAlias = tuple[str, int]
"""A host and a port."""


def near(place: Place, port: int) -> Iterator[Way]:
    """Yield the ways to the container itself."""
    networks = (place.inspect["NetworkSettings"].get("Networks") or {}).values()
    yield from ((str(endpoint["IPAddress"]), port) for endpoint in networks if _is_near(endpoint))


def published(place: Place, port: int) -> Iterator[Way]:
    """Yield the ways over the ports that the engine publishes for it."""
    bindings = (place.inspect["NetworkSettings"].get("Ports") or {}).get(f"{port}/tcp") or ()
    yield from ((_host(place, binding["HostIp"]), int(binding["HostPort"])) for binding in bindings)


def _is_near(endpoint: EngineJSON) -> bool:
    """Tell whether the gateway of a container's network is an address of this machine."""
    gateway = endpoint.get("Gateway") or ""
    if not gateway or not endpoint.get("IPAddress"):
        return False
    try:
        with socket.socket() as one:
            one.bind((gateway, 0))
    except OSError:
        return False
    return True


def _host(place: Place, bound: str) -> str:
    """Return where a published port is found."""
    engine = urlsplit(place.gateway.address)
    remote = engine.hostname if engine.scheme in ("tcp", "ssh", "http", "https") else None
    local = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(bound, bound)
    return remote or local

"""From an entry under `containers` to a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from runner.core.claim import ExclusiveClaim
from runner.core.state import Resource
from runner.core.struct import replace
from runner.core.values import Value, as_map
from runner.kinds.container.declare.readiness_probe import Ready
from runner.kinds.container.declare.resources import settings_of
from runner.kinds.container.host_ports import port_claim
from runner.kinds.container.in_service.ports import INGRESS
from runner.kinds.probing.probe import PORTS, Http, Tcp
from runner.kinds.swarm.declare import declare_as
from runner.kinds.swarm.service.table import ROWS
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.ports import port_runs


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare a service, and the implicit image and network that it uses."""
    settings = settings_of(declaration)
    if settings.ready and (invalid := _out_of_reach(settings.ready, declaration.values)):
        declaration.report(invalid)
    for resource in declare_as("container", declaration, ROWS, settings, state="running"):
        is_service = resource.address.kind == "container"
        yield replace(resource, claims=(*resource.claims, *_ports(declaration.values))) if is_service else resource


def _ports(values: Mapping[str, Value]) -> Iterator[ExclusiveClaim]:
    """Yield the ports that every node has open for it; those of single nodes may be another task's elsewhere."""
    for run in port_runs(values.get("ports")):
        if run.numbers and run.port.get("mode", INGRESS) == INGRESS:
            yield port_claim(run.numbers, str(run.port["protocol"]), "", tuple(run.indexes))


def _out_of_reach(ready: Ready, values: Mapping[str, Value]) -> Invalid | None:
    """Return the error for a probe of a port that isn't published: only its tasks reach it then."""
    probe, published = ready.probe, values.get("ports")
    if ready.outside or not isinstance(probe, Http | Tcp):
        return None
    port = probe.port if isinstance(probe, Tcp) else _port_of(probe)
    targets = {as_map(one)["target"] for one in published} if isinstance(published, tuple) else set()
    if port in targets or (not port and targets):
        return None
    what = f"port {port} is not published" if port else "no port is published"
    help = "publish it under ports, or use log or a healthcheck: runner is not on the swarm's networks"
    return Invalid(f"cannot be probed: {what}", path=("ready",), help=help, code="cannot-probe")


def _port_of(probe: Http) -> int:
    """Return the port of a URL, 0 for the first one that is published."""
    parts = urlsplit(probe.url)
    return PORTS[parts.scheme] if parts.port is None else parts.port

"""Ask a service whether it is ready: each task at what its node publishes, or one for all where the swarm does.

What tasks have on networks of the swarm is out of the client's reach.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from runner.core.errors import EngineError, ProbeFailed, StepFailed
from runner.kinds.probing.probe import PORTS, Http, Log, Tcp, Unreached
from runner.kinds.probing.run import ask_outside, connect_past_proxy, search_log

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.kinds.container.declare.readiness_probe import Ready
    from runner.kinds.probing.addresses import ProbeAddress
    from runner.kinds.probing.probe import Probe
    from runner.kinds.swarm.service.tasks import EngineTask, Service

_PUBLISH: Final = "publish it, or use log or a healthcheck"


def ask_ready(ready: Ready, gateway: Gateway, service: Service) -> None:
    """Ask once; ProbeFailed if a task isn't ready, StepFailed if none can ever be found ready."""
    if ready.outside:
        assert isinstance(ready.probe, Http)
        ask_outside(ready.probe)
    else:
        ask_service(ready.probe, gateway, service)


def ask_service(probe: Probe, gateway: Gateway, service: Service) -> None:
    """Ask each running task of a service; ProbeFailed if an answer isn't as expected."""
    match probe:
        case Log():
            for task in service.running:
                _search(probe, gateway, task)
        case Http() | Tcp():
            for way, port in _ways(probe, gateway, service):
                _ask(probe, way, port)
        case _:
            message = "cannot be probed: nothing can be run in what another engine has"
            raise StepFailed(message, help="write it as healthcheck.test", code="cannot-probe")


def _search(probe: Log, gateway: Gateway, task: EngineTask) -> None:
    try:
        search_log(probe, _text(gateway, task["ID"]))
    except EngineError as error:
        raise ProbeFailed(f"has a log that can't be read: {error.message}") from error


def _text(gateway: Gateway, id: str) -> Generator[str]:
    for line in gateway.swarm.tasks.log_lines(id):
        yield f"{line.line}\n"


def _ask(probe: Http | Tcp, way: ProbeAddress, port: int) -> None:
    from runner.kinds.probing.http import ask_url

    if isinstance(probe, Tcp):
        connect_past_proxy(way, port)
        return
    try:
        ask_url(probe, at=way)
    except Unreached as error:
        raise ProbeFailed(f"{error.message} at {way} ({way.what})") from error


def _ways(probe: Http | Tcp, gateway: Gateway, service: Service) -> Iterator[tuple[ProbeAddress, int]]:
    port = probe.port if isinstance(probe, Tcp) else _port_of(probe, service)
    of_swarm = _published((service.document.get("Endpoint") or {}).get("Ports") or (), port)
    nodes = {node["ID"]: _address(node) for node in gateway.swarm.nodes.list(since=0)}
    found = list(_each(service, nodes, port, of_swarm))
    if service.running and not found:
        raise StepFailed(f"cannot be probed: port {port} is not published", help=_PUBLISH, code="cannot-probe")
    for host, number in dict.fromkeys(found):
        yield _way(host, number), port


def _each(service: Service, nodes: dict[str, str], port: int, of_swarm: int | None) -> Iterator[tuple[str, int]]:
    """Yield host and port for each task, or those of the swarm, on the node of each."""
    for task in service.running:
        own = _published((task["Status"].get("PortStatus") or {}).get("Ports") or (), port) or of_swarm
        if own:
            yield nodes[task["NodeID"]], own


def _way(host: str, port: int) -> ProbeAddress:
    from runner.kinds.probing.addresses import ProbeAddress

    return ProbeAddress(host, port, "the published port")


def _published(ports: Iterable[EngineJSON], target: int) -> int | None:
    """Return the number under which a TCP port is published."""
    found = (one for one in ports if one.get("TargetPort") == target and one.get("Protocol", "tcp") == "tcp")
    return next((int(str(one["PublishedPort"])) for one in found if one.get("PublishedPort")), None)


def _port_of(probe: Http, service: Service) -> int:
    """Return the port of a URL; one without is the first that the service publishes."""
    parts = urlsplit(probe.url)
    if parts.port == 0:
        ports = (service.spec.get("EndpointSpec") or {}).get("Ports") or ()
        if not ports:
            raise StepFailed("cannot be probed: it publishes no port", help=_PUBLISH, code="cannot-probe")
        return int(ports[0]["TargetPort"])
    return parts.port or PORTS[parts.scheme]


def _address(node: EngineJSON) -> str:
    """Return where a node is to be reached."""
    return str(node["Status"].get("Addr") or "")

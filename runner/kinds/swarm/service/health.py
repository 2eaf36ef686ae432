"""How a service fares: how many replicas run, on which nodes, since when, and what the swarm says of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from runner.core.health import Health, NodeShare, Spread
from runner.kinds.swarm.service.tasks import FAILED, RUNNING, Service, state_of

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.kinds.swarm.service.tasks import EngineTask

_FAILED_LATELY: Final = 600
"""Seconds for which a service of which a task has failed is not yet trusted to run."""

Nodes = Mapping[str, "EngineJSON"]


def health_of(service: Service, nodes: Nodes) -> Health:
    """Return how a service fares on nodes, given by id."""
    running, state = service.running, state_of(service)
    is_whole = len(running) >= service.wanted
    checks = (service.spec["TaskTemplate"]["ContainerSpec"].get("Healthcheck") or {}).get("Test") or ["NONE"]
    failed = _failed_lately(service)
    return Health(
        _phase(service),
        "healthy" if state == RUNNING and running and checks != ["NONE"] else None,
        since=max((_moment(task) for task in running), default=None),
        ports=tuple(_ports(service)),
        restarts=len(failed),
        spread=_spread(service, nodes, "" if is_whole and not failed else _trouble(service, nodes)),
    )


def _phase(service: Service) -> str:
    """Return in what state a service is as a whole."""
    state, running = state_of(service), len(service.running)
    if state == RUNNING or running >= service.wanted or not state.endswith(RUNNING):
        return state
    return "partly running" if running else "not running"


def _spread(service: Service, nodes: Nodes, trouble: str) -> Spread:
    running = Counter(str(task.get("NodeID")) for task in service.running)
    shares = [
        NodeShare(name_of(nodes, id) or id, running[id], is_down=id not in service.up)
        for id in {*running, *_lost(service)}
    ]
    by_name = tuple(sorted(shares, key=lambda share: share.node))
    return Spread(len(service.running), service.wanted, by_name, trouble)


def _lost(service: Service) -> Iterator[str]:
    """Yield the nodes that are down and have tasks of it, which the swarm goes on calling running."""
    for task in service.current:
        if task["Status"]["State"] == RUNNING and task.get("NodeID") and task["NodeID"] not in service.up:
            yield task["NodeID"]


def _failed_lately(service: Service) -> list[EngineTask]:
    """Return the tasks of the present spec that failed and were replaced; none once the last one is long ago."""
    ended = (*FAILED, "complete")  # it is to keep running
    failed = [task for task in service.current if task["Status"]["State"] in ended]
    if not failed:
        return []
    age = datetime.now(UTC) - datetime.fromisoformat(max(map(_moment, failed)))
    return failed if age.total_seconds() < _FAILED_LATELY else []


def _trouble(service: Service, nodes: Nodes) -> str:
    """Return what the swarm has last told of a task that doesn't run, and on which node."""
    told = [task for task in service.current if task["Status"].get("Err") and task["Status"]["State"] != RUNNING]
    if not told:
        return ""
    last = max(told, key=_moment)
    node = name_of(nodes, str(last.get("NodeID")))
    return f"{last['Status']['Err']}{f', on {node}' if node else ''}"


def _ports(service: Service) -> Iterator[str]:
    for port in (service.document.get("Endpoint") or {}).get("Ports") or ():
        if port.get("PublishedPort"):
            yield f"{port['PublishedPort']}->{port['TargetPort']}/{port.get('Protocol', 'tcp')}"


def _moment(task: EngineTask) -> str:
    return str(task["Status"].get("Timestamp") or "")


def name_of(nodes: Nodes, id: str) -> str:
    """Return the host name of a node; empty for none, or one that has left."""
    return str(((nodes.get(id) or {}).get("Description") or {}).get("Hostname") or "")

"""Look at a service that is in flight: one list of services, of tasks and of nodes serves all that wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from runner.core.errors import StepFailed
from runner.kinds.swarm.service.tasks import ENDED, Service, nodes_up

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.task import Task

POLL: Final = 0.2
"""Seconds between two looks: no event tells the state of a task."""
_SHARED: Final = 0.1
"""Seconds for which an answer serves others."""
_NODES: Final = 1.0
"""The same for nodes, which go down seldom."""


def look(gateway: Gateway, id: str, *, after: float = 0.0) -> Service:
    """Return a service with its tasks, as they were after a moment of the monotonic clock; StepFailed if it is gone."""
    now, swarm = time.monotonic(), gateway.swarm
    since = max(after, now - _SHARED)
    # Tasks come first: those that a later spec has would not be known by an earlier one.
    tasks = tuple(swarm.tasks.of_service(id, since=since))
    document = swarm.services.find(id, since=since)
    if document is None:
        raise StepFailed("was removed during the run", code="removed-meanwhile")
    return Service(document, tasks, nodes_up(swarm.nodes.list(since=max(after, now - _NODES))))


def wait_until_gone(task: Task, id: str) -> None:
    """Wait until no task of a removed service is left: what they used is free then.

    Tasks that have ended may be listed for good (of jobs on 20.10), and those on nodes that are down for a day.
    """
    since = time.monotonic()

    def is_gone() -> bool:
        swarm, now = task.gateway.swarm, time.monotonic()
        left = swarm.tasks.of_service(id, since=max(since, now - _SHARED))
        if not left:
            return True
        up = nodes_up(swarm.nodes.list(since=max(since, now - _NODES)))
        return not any(one["Status"]["State"] not in ENDED and one.get("NodeID") in up for one in left)

    task.wait(id, is_gone, what="removed", timeout=task.timeout, every=POLL)


def node_name(gateway: Gateway, id: str) -> str:
    """Return the host name of a node; its id if it has left the swarm."""
    nodes = gateway.swarm.nodes.list(since=time.monotonic() - _NODES)
    return next((str(node["Description"]["Hostname"]) for node in nodes if node["ID"] == id), id)

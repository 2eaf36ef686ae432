"""Look at a service that is in flight: one list of services, of tasks and of nodes serves all that wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from runner.core.errors import StepFailed
from runner.kinds.swarm.service.tasks import Service, nodes_up

if TYPE_CHECKING:
    from runner.core.gateway import Gateway

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
    tasks = tuple(task for task in swarm.tasks.list(since=since) if task["ServiceID"] == id)
    document = next((one for one in swarm.services.list(since=since) if one["ID"] == id), None)
    if document is None:
        raise StepFailed("was removed during the run", code="removed-meanwhile")
    return Service(document, tasks, nodes_up(swarm.nodes.list(since=max(after, now - _NODES))))


def node_name(gateway: Gateway, id: str) -> str:
    """Return the host name of a node; its id if it has left the swarm."""
    nodes = gateway.swarm.nodes.list(since=time.monotonic() - _NODES)
    return next((str(node["Description"]["Hostname"]) for node in nodes if node["ID"] == id), id)

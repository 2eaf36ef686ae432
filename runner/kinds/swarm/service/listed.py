"""The services of all workflows, as the lists of the swarm tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runner.core.health import Health
from runner.core.values import read_moment
from runner.kinds.swarm.service.health import Nodes, health_of
from runner.kinds.swarm.service.tasks import Service, nodes_up
from runner.resource.census import EngineLists, OwnedResource, read_owned


def list_owned(lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the services of all workflows."""
    return list_owned_as("container", lists, health_of)


def list_owned_as(kind: str, lists: EngineLists, health: Callable[[Service, Nodes], Health]) -> Iterator[OwnedResource]:
    """Yield the services of all workflows that are of one kind."""
    swarm = lists.swarm
    up = nodes_up(swarm.nodes.values())
    for document in swarm.services:
        service = Service(document, tuple(swarm.tasks.get(document["ID"], ())), up)
        labels = document["Spec"].get("Labels") or {}
        created = read_moment(str(document.get("CreatedAt") or ""))
        owned = read_owned(kind, labels, health=health(service, swarm.nodes), created=created)
        if owned is not None:
            yield owned

"""The services of all workflows, as the lists of the swarm tell them."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.values import read_moment
from runner.kinds.swarm.service.health import health_of
from runner.kinds.swarm.service.tasks import Service, nodes_up
from runner.resource.census import EngineLists, OwnedResource, read_owned


def list_owned(lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the services of all workflows."""
    swarm = lists.swarm
    up = nodes_up(swarm.nodes.values())
    for document in swarm.services:
        service = Service(document, tuple(swarm.tasks.get(document["ID"], ())), up)
        labels = document["Spec"].get("Labels") or {}
        created = read_moment(str(document.get("CreatedAt") or ""))
        owned = read_owned("container", labels, health=health_of(service, swarm.nodes), created=created)
        if owned is not None:
            yield owned

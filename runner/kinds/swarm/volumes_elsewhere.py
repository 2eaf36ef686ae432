"""On which nodes a workflow's services have volumes, which only the engines there can remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.kinds.swarm.service.health import name_of
from runner.resource.labels import WORKFLOW
from runner.resource.swarm_lists import SwarmLists

if TYPE_CHECKING:
    from runner.core.gateway import Gateway


def volumes_elsewhere(gateway: Gateway, workflow: str) -> Mapping[str, frozenset[str]]:
    """Return the names of nodes by the name of a volume that their tasks have mounted."""
    gateway.swarm.require()
    lists, found = SwarmLists(gateway), dict[str, frozenset[str]]()
    for service in lists.services:
        if (service["Spec"].get("Labels") or {}).get(WORKFLOW) != workflow:
            continue
        tasks = lists.tasks.get(service["ID"], ())
        nodes = frozenset(filter(None, (name_of(lists.nodes, str(task.get("NodeID"))) for task in tasks)))
        for mount in service["Spec"]["TaskTemplate"]["ContainerSpec"].get("Mounts") or ():
            if mount.get("Type") == "volume" and mount.get("Source"):
                found[mount["Source"]] = found.get(mount["Source"], frozenset()) | nodes
    return found

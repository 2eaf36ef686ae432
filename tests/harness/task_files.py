"""What the containers of a service's tasks have as files, on whatever nodes they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.harness.swarm import Swarm
from tests.harness.swarm_state import tasks


def read_in_tasks(swarm: Swarm, service: str, path: str) -> set[str]:
    """Return the different texts that running tasks of a service have at a path; stat's words on it for a mode."""
    return set(_each(swarm, service, ["cat", path]))


def owners_in_tasks(swarm: Swarm, service: str, path: str) -> set[str]:
    """Return "UID:GID MODE" of a file in running tasks."""
    return {text.strip() for text in _each(swarm, service, ["stat", "-c", "%u:%g %a", path])}


def _each(swarm: Swarm, service: str, command: list[str]) -> Iterator[str]:
    with swarm.client() as client:
        found = tasks(client, service)
    nodes = {node.name: node for node in swarm.nodes}
    for task in found:
        with nodes[task.node].client() as client:
            yield _run(client, task.container, command)


def _run(client: Any, container: str, command: list[str]) -> str:
    return str(client.containers.get(container).exec_run(command).output.decode())

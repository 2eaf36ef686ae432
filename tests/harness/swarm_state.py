"""What a swarm has, seen past the program that is tested: its objects and tasks, and how to remove a workflow's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from operator import not_
from typing import Any

from docker import DockerClient
from docker.errors import APIError, NotFound

from tests.harness import inventory
from tests.harness.swarm import Swarm
from tests.harness.until import until

_OWNER = "runner.workflow"
_SERVICE_OF_TASK = "com.docker.swarm.service.id"
_OVER = ("complete", "failed", "rejected", "shutdown", "orphaned", "remove")
_ASSIGNED = "com.docker.network.driver.overlay.vxlanid_list"


@dataclass(frozen=True, slots=True)
class Task:
    """One task; `slot` is its number, or its node where there is one on each, and `exit_code` None while it runs."""

    service: str
    slot: str
    node: str
    state: str
    wanted: str
    image: str
    container: str
    exit_code: int | None
    error: str


def tasks(client: DockerClient, service: str | None = None, *, wanted: str | None = "running") -> list[Task]:
    """Return the tasks of a service, or of all, by service and slot; `wanted` is their desired state, None for any."""
    api: Any = client.api
    services = {one["ID"]: one["Spec"]["Name"] for one in api.services()}
    nodes = {one["ID"]: one.get("Description", {}).get("Hostname", "") for one in api.nodes()}
    found = [
        _task(one, services[one["ServiceID"]], nodes)
        for one in api.tasks()
        if one["ServiceID"] in services and wanted in (None, one["DesiredState"])
    ]
    return sorted(
        (task for task in found if service in (None, task.service)), key=lambda task: (task.service, task.slot)
    )


def _task(task: Mapping[str, Any], service: str, nodes: Mapping[str, str]) -> Task:
    status, node = task["Status"], nodes.get(task.get("NodeID", ""), "")
    container = status.get("ContainerStatus") or {}
    is_over = status["State"] in _OVER
    return Task(
        service,
        str(task.get("Slot") or node),
        node,
        status["State"],
        task["DesiredState"],
        task["Spec"]["ContainerSpec"]["Image"],
        container.get("ContainerID", ""),
        container.get("ExitCode", 0) if is_over else None,
        status.get("Err", ""),
    )


def inventory_of(client: DockerClient) -> frozenset[str]:
    """Name every object of the swarm: "service web", "network shop_front", "secret key", "config page"."""
    return frozenset(f"{kind} {_name(one)}" for kind, one in _objects(client))


def versions(client: DockerClient) -> dict[str, int]:
    """Return how the swarm counts writes to each object, by its name: whoever writes the same again changes it, too."""
    return {f"{kind} {_name(one)}": one["Version"]["Index"] for kind, one in _objects(client) if "Version" in one}


def description(client: DockerClient, *, with_nodes: bool = True) -> dict[str, Any]:
    """Return all that a swarm has without what no two runs have in common: ids, addresses and times.

    Tasks are those that are to run, with their states and, unless a run may move them, their nodes.
    """
    names = {one["ID" if "ID" in one else "Id"]: _name(one) for _, one in _objects(client)}
    objects = {f"{kind} {_name(one)}": _described(kind, one, names) for kind, one in _objects(client)}
    placed = {
        f"{task.service}.{task.slot}": f"{task.state} on {task.node}" if with_nodes else task.state
        for task in tasks(client)
    }
    return {**objects, "tasks": placed}


def _described(kind: str, one: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    if kind == "network":
        options = {key: value for key, value in (one["Options"] or {}).items() if key != _ASSIGNED}
        return {"labels": one["Labels"], "attachable": one["Attachable"], "internal": one["Internal"], **options}
    return _with_names(one["Spec"], names)


def _with_names(value: Any, names: Mapping[str, str]) -> Any:
    """Return a spec with names in the place of ids."""
    if isinstance(value, Mapping):
        return {key: _with_names(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_names(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def owned(client: DockerClient, workflow: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return every object of a workflow with what it is: "service", "network", "secret" or "config"."""
    return list(_objects(client, label=f"{_OWNER}={workflow}"))


def _objects(client: DockerClient, **filters: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    api: Any = client.api
    listed = {
        "service": api.services(filters=filters),
        "network": [one for one in api.networks(filters=filters) if one["Scope"] == "swarm"],
        "secret": api.secrets(filters=filters),
        "config": api.configs(filters=filters),
    }
    for kind, found in listed.items():
        for one in found:
            yield kind, one


def _name(one: Mapping[str, Any]) -> str:
    return str(one["Name"] if "Name" in one else one["Spec"]["Name"])


def update_service(client: DockerClient, name: str, change: Callable[[dict[str, Any]], object]) -> bool:
    """Change the spec of a service as another hand would; tell whether it is another one now."""
    api: Any = client.api
    while True:
        found = api.inspect_service(name)
        spec = deepcopy(found["Spec"])
        change(spec)
        url = f"{api.base_url}/v{api.api_version}/services/{found['ID']}/update?version={found['Version']['Index']}"
        answer = api.post(url, json=spec)
        if "out of sequence" not in answer.text:  # the swarm itself writes while it updates tasks
            assert answer.status_code == 200, answer.text
            return bool(spec != found["Spec"])


def left_on(swarm: Swarm) -> frozenset[str]:
    """Name all that the swarm has, and all on its nodes but for images, which they pull by themselves."""
    with swarm.client() as client:
        found = set(inventory_of(client))
    for node in swarm.nodes:
        with node.client() as client:
            things = inventory.inventory(client)
        found |= {f"{thing} on {node.name}" for thing in things if thing.startswith(("container ", "volume "))}
    return frozenset(found)


def remove_workflow(swarm: Swarm, name: str) -> None:
    """Remove what the workflow `name` has in the swarm and on its nodes; all nodes must be there."""
    with swarm.client(timeout=60) as client:
        api: Any = client.api
        found = owned(client, name)
        services = {one["ID"] for kind, one in found if kind == "service"}
        for service in services:
            api.remove_service(service)
        until(lambda: _end_tasks(swarm, api, services, name), not_, 60)
        for kind, one in found:
            _remove(api, kind, one)
    for node in swarm.nodes:
        with node.client(timeout=60) as client:
            inventory.remove_workflow(client, name)


def _end_tasks(swarm: Swarm, api: Any, services: set[str], workflow: str) -> list[str]:
    """Kill what runs of services that were removed, as nobody should wait for grace periods; return what is left.

    Of services that the test itself removed, 20.10 keeps containers of jobs: these are known by their names.
    """
    # 20.10 lists tasks of jobs that have ended for good.
    going = (task for task in api.tasks() if task["Status"]["State"] not in _OVER)
    left = [task["ID"] for task in going if task["ServiceID"] in services]
    for node in swarm.nodes:
        with node.client(timeout=60) as own:
            for one in own.api.containers(all=True, filters={"label": _SERVICE_OF_TASK}):
                if one["Labels"][_SERVICE_OF_TASK] in services or one["Names"][0].startswith(f"/{workflow}-"):
                    left.append(one["Id"])
                    with suppress(APIError):  # the node is removing it, too
                        own.api.remove_container(one["Id"], force=True, v=True)
    return left


def _remove(api: Any, kind: str, one: Mapping[str, Any]) -> None:
    if kind == "network":
        until(lambda: _is_removed(api, one["Id"]), bool)
    with suppress(NotFound):  # a run that has just been killed may have been removing it, too
        if kind == "secret":
            api.remove_secret(one["ID"])
        elif kind == "config":
            api.remove_config(one["ID"])


def _is_removed(api: Any, network: str) -> bool:
    try:
        api.remove_network(network)
    except NotFound:
        return True
    except APIError:  # in use until the last task's end is known
        return False
    return True

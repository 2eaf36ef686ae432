"""Making a network anew under the containers on it, which go on running. Knows none of a network's options."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any, TypeAlias

from runner.core.errors import EngineError, NotFound, RolledBack
from runner.core.event import State
from runner.core.gateway import EngineJSON
from runner.core.task import Task
from runner.resource.labels import WORKFLOW

_KEPT = ("Aliases", "IPAMConfig", "DriverOpts")
_FIXED = ("IPv4Address", "IPv6Address")

Endpoints: TypeAlias = Mapping[str, EngineJSON]
"""By a container's id, what it asked of the network."""


def remake(task: Task, body: EngineJSON) -> str:
    """Make the network anew out of a create body, and move over whatever is attached, running or not.

    The old one must go first: both may want the same addresses. It comes back when the new one can't be made.
    """
    gateway, old = task.gateway.networks, task.observed.id
    before = next((network for network in gateway.list() if network["Id"] == old), None)
    attached = _attached(task)
    task.enter(State.REMOVING)
    for container in attached:
        gateway.disconnect(old, container)
    gateway.remove(old)
    task.enter(State.CREATING)
    try:
        new = gateway.create(body)
    except EngineError as failure:
        if before is None:
            raise
        _attach(task, gateway.create(_as_it_was(before)), before, attached)
        message = f"the new one failed: {failure.message}; the old one is back"
        raise RolledBack(message, help=failure.help) from failure
    _attach(task, new, body, _moving(task, attached))
    return new


def _attached(task: Task) -> Endpoints:
    """Find every container on the network, with the endpoint that it asked for.

    A stopped one doesn't show in the network's own document, but holds on to the old network's id.
    """
    name, old = task.observed.engine_name, task.observed.id
    found: dict[str, EngineJSON] = {}
    for listed in task.gateway.containers.list():
        endpoint = ((listed.get("NetworkSettings") or {}).get("Networks") or {}).get(name)
        if endpoint and endpoint.get("NetworkID") in (old, name, ""):
            inspected = task.gateway.containers.inspect(listed["Id"])
            live = inspected["NetworkSettings"]["Networks"].get(name) or {}
            found[listed["Id"]] = {key: live[key] for key in _KEPT if live.get(key)}
    return found


def _moving(task: Task, attached: Endpoints) -> Endpoints:
    """Leave out who joins in a change of its own: the workflow's containers do when the name changes."""
    if task.observed.engine_name == task.desired.engine_name:
        return attached
    labels = {listed["Id"]: listed.get("Labels") or {} for listed in task.gateway.containers.list()}
    return {id: asked for id, asked in attached.items() if labels.get(id, {}).get(WORKFLOW) != task.workflow}


def _as_it_was(network: EngineJSON) -> EngineJSON:
    """Return what makes a network again, out of its own document."""
    kept = ("Name", "Driver", "Options", "Internal", "Attachable", "EnableIPv6", "IPAM", "Labels")
    return {key: network[key] for key in kept if network.get(key) is not None}


def _attach(task: Task, network: str, body: EngineJSON, attached: Endpoints) -> None:
    """Attach every container that is still there; what one of them can't have doesn't keep the others out."""
    failures: list[EngineError] = []
    for container, endpoint in attached.items():
        try:
            task.gateway.networks.connect(network, container, _fitting(endpoint, body))
        except NotFound:
            continue
        except EngineError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def _fitting(endpoint: EngineJSON, body: EngineJSON) -> EngineJSON:
    """Leave out fixed addresses that the network's pools don't have: the engine would refuse all of the rest with them.

    Whoever declares such an address has another one by now, or gets it in a change of the container's own.
    """
    pools: list[Mapping[str, Any]] = (body.get("IPAM") or {}).get("Config") or []
    subnets = [ip_network(pool["Subnet"]) for pool in pools if pool.get("Subnet")]
    asked: Mapping[str, Any] = endpoint.get("IPAMConfig") or {}
    fitting = {
        key: given
        for key, given in asked.items()
        if key not in _FIXED or any(ip_address(given) in subnet for subnet in subnets)
    }
    return {**endpoint, "IPAMConfig": fitting}

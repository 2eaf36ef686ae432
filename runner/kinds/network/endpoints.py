"""Endpoints of a network: the containers on it with their config, and reconnecting them, whatever the reason."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, TypeAlias

from runner.core.errors import EngineError, NotFound, StepFailed
from runner.resource.labels import WORKFLOW

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.task import Task

Endpoints: TypeAlias = "Mapping[str, EngineJSON]"
"""The endpoint config for a network, by the id of the container on it."""

_KEPT = ("Aliases", "IPAMConfig", "DriverOpts", "GwPriority", "MacAddress")
_FIXED = ("IPv4Address", "IPv6Address")


def endpoints_of(task: Task, name: str, id: str) -> Endpoints:
    """Return the endpoint config of every container on a network, by container id.

    A stopped container doesn't show in the network's own document, but keeps the old network's id. A container that is
    being removed is on no network any more, whatever the list says, and the engine refuses to connect it.
    """
    found: dict[str, EngineJSON] = {}
    for listed in task.gateway.containers.list():
        endpoint = ((listed.get("NetworkSettings") or {}).get("Networks") or {}).get(name)
        going = listed.get("State") in ("removing", "dead")
        if endpoint and endpoint.get("NetworkID") in (id, name, "") and not going:
            with suppress(NotFound):  # it may be gone by now
                found[listed["Id"]] = configured_endpoint(task.gateway.containers.inspect(listed["Id"]), name)
    return found


def configured_endpoint(inspect: EngineJSON, network: str) -> EngineJSON:
    """Return a container's endpoint config for one of its networks, in the form of a new connect request."""
    live = inspect["NetworkSettings"]["Networks"].get(network) or {}
    return {key: live[key] for key in _KEPT if live.get(key)}


def reconnect(task: Task, network: str, body: EngineJSON, endpoints: Endpoints) -> list[StepFailed]:
    """Connect every container that still exists to a network created from `body`.

    A failure of one container doesn't stop the others, and is returned.
    """
    failures = []
    for container, endpoint in endpoints.items():
        try:
            task.gateway.networks.connect(network, container, _fitting(endpoint, body))
        except EngineError as failure:
            if not (isinstance(failure, NotFound) and _is_excused(task, container)):
                failures.append(
                    StepFailed(
                        f"{container[:12]} is disconnected: {failure.message}",
                        help=failure.help,
                        code="rollback-incomplete",
                    )
                )
    return failures


def _is_excused(task: Task, container: str) -> bool:
    """Return whether a container needn't be reconnected: it is gone, or a change of its own connects it.

    28.5 connects no container whose first network, the one it was created on, is missing; the workflow's containers get
    that network back then.
    """
    labels = {listed["Id"]: listed.get("Labels") or {} for listed in task.gateway.containers.list()}
    return container not in labels or labels[container].get(WORKFLOW) == task.workflow


def _fitting(endpoint: EngineJSON, body: EngineJSON) -> EngineJSON:
    """Drop fixed addresses outside the network's pools: the engine would reject the whole endpoint with them.

    A container that declares such an address has another one by now, or gets it in a change of its own.
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

"""Who is on a network and what each asked of it, and attaching them again. Knows nothing of why that is done."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, TypeAlias

from runner.core.errors import EngineError, NotFound, StepFailed
from runner.resource.labels import WORKFLOW

if TYPE_CHECKING:
    from runner.core.gateway import EngineJSON
    from runner.core.task import Task

Endpoints: TypeAlias = "Mapping[str, EngineJSON]"
"""What is asked of a network, by the id of the container that is on it."""

_KEPT = ("Aliases", "IPAMConfig", "DriverOpts", "MacAddress")
_FIXED = ("IPv4Address", "IPv6Address")


def endpoints_of(task: Task, name: str, id: str) -> Endpoints:
    """Find every container on a network, with the endpoint that it asked for.

    A stopped one doesn't show in the network's own document, but holds on to the old network's id. One that is being
    removed is on no network any more, whatever the list says, and the engine refuses to move it.
    """
    found: dict[str, EngineJSON] = {}
    for listed in task.gateway.containers.list():
        endpoint = ((listed.get("NetworkSettings") or {}).get("Networks") or {}).get(name)
        going = listed.get("State") in ("removing", "dead")
        if endpoint and endpoint.get("NetworkID") in (id, name, "") and not going:
            with suppress(NotFound):  # it may have gone since
                found[listed["Id"]] = configured_endpoint(task.gateway.containers.inspect(listed["Id"]), name)
    return found


def configured_endpoint(inspect: EngineJSON, network: str) -> EngineJSON:
    """Return what a container asked of one of its networks, as it is asked for again."""
    live = inspect["NetworkSettings"]["Networks"].get(network) or {}
    return {key: live[key] for key in _KEPT if live.get(key)}


def reconnect(task: Task, network: str, body: EngineJSON, endpoints: Endpoints) -> list[StepFailed]:
    """Attach every container that is still there to a network that was made out of `body`.

    What one of them can't have doesn't keep the others out, and is returned.
    """
    failures = []
    for container, endpoint in endpoints.items():
        try:
            task.gateway.networks.connect(network, container, _fitting(endpoint, body))
        except EngineError as failure:
            if not (isinstance(failure, NotFound) and _is_excused(task, container)):
                failures.append(StepFailed(f"{container[:12]} is off it now: {failure.message}", help=failure.help))
    return failures


def _is_excused(task: Task, container: str) -> bool:
    """Tell whether a container needn't be attached: it has gone, or it will be in a change of its own.

    28.5 attaches none whose own network, the one it was made on, is missing; the workflow's get that one back then.
    """
    labels = {listed["Id"]: listed.get("Labels") or {} for listed in task.gateway.containers.list()}
    return container not in labels or labels[container].get(WORKFLOW) == task.workflow


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

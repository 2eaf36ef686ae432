"""The record of what a service goes back to: written before its tasks are restarted, removed once they all run.

While it exists, the service counts as half rolled, whatever became of the run that wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from runner.core.address import Address
from runner.core.errors import Conflict
from runner.core.state import ObservedResource
from runner.kinds.swarm.service.traits import ServiceTraits
from runner.resource.labels import ADDRESS, ORCHESTRATOR, RECORD, WORKFLOW
from runner.resource.orchestrator_names import SWARM

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.task import Task

_SERVICE: Final = "runner.rolling"
"""The label of a record with the id of the service; the names of these records begin with it."""
_SHORT: Final = 12


def save(task: Task, id: str, spec: Mapping[str, Any]) -> None:
    """Record the spec that a service has, unless it is half rolled: then there is a better one."""
    labels = {
        WORKFLOW: task.workflow,
        ORCHESTRATOR: SWARM,
        ADDRESS: str(task.change.address),
        _SERVICE: id,
    }
    with suppress(Conflict):
        task.gateway.swarm.records.create(_name(id), labels, json.dumps(spec, sort_keys=True).encode())


def load(gateway: Gateway, id: str) -> dict[str, Any]:
    """Return the spec that a half rolled service goes back to."""
    found: dict[str, Any] = json.loads(gateway.swarm.records.data(_name(id)))
    return found


def drop(gateway: Gateway, id: str) -> None:
    """Remove the record of a service; idempotent."""
    gateway.swarm.records.remove(_name(id))


def half_rolled(configs: Iterable[EngineJSON]) -> frozenset[str]:
    """Return the ids of the services that have a record."""
    labels = (config["Spec"].get("Labels") or {} for config in configs)
    return frozenset(found[_SERVICE] for found in labels if _SERVICE in found and RECORD in found)


def left_records(
    configs: Iterable[EngineJSON], services: Iterable[EngineJSON], workflow: str
) -> Iterator[ObservedResource]:
    """Yield a stand-in for each service that is gone, but for its record."""
    there = {service["ID"] for service in services}
    for config in configs:
        labels = config["Spec"].get("Labels") or {}
        id = labels.get(_SERVICE)
        if id and id not in there and labels.get(WORKFLOW) == workflow:
            short = f"{labels.get(ADDRESS, '').partition('.')[2]}.{id[:_SHORT]}"
            yield ObservedResource(Address("container", short), id, short, traits=ServiceTraits(), abandoned=True)


def _name(id: str) -> str:
    return f"{_SERVICE}.{id}"

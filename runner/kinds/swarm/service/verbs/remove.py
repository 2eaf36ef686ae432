"""Remove a service, and wait until its tasks are gone: what they used is free then."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from runner.core.resource_state import State
from runner.kinds.swarm.service import good_spec
from runner.kinds.swarm.service.traits import traits_of
from runner.kinds.swarm.service.verbs.look import wait_until_gone

if TYPE_CHECKING:
    from runner.core.task import Task


def delete(task: Task) -> None:
    """Remove a service; a rollback of the run creates it again from the spec that it had."""
    live = task.observed
    task.set_state(State.REMOVING, id=live.id)
    if live.abandoned:
        good_spec.drop(task.gateway, live.id)
        return
    task.on_rollback(partial(_bring_back, task, traits_of(live).spec))
    task.gateway.swarm.services.remove(live.id)
    wait_until_gone(task, live.id)
    good_spec.drop(task.gateway, live.id)


def _bring_back(task: Task, spec: Mapping[str, Any]) -> None:
    task.gateway.swarm.services.create(dict(spec))

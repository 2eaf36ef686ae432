"""Create a service, and verify at the end of a run that it still works."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from runner.core.errors import RunnerError, StepFailed
from runner.core.resource_state import State
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.swarm.service.spec import check_kept, new_spec
from runner.kinds.swarm.service.verbs.converge import Convergence, converge
from runner.kinds.swarm.service.verbs.failures import failed_tasks, failure_of
from runner.kinds.swarm.service.verbs.look import look

if TYPE_CHECKING:
    from runner.core.task import Task


def create(task: Task) -> str:
    """Create a service; return when its tasks run.

    One whose tasks never do is removed: there is nothing to go back to.
    """
    task.set_state(State.CREATING)
    services = task.gateway.swarm.services
    id = services.create(new_spec(task))
    since = time.monotonic()
    task.on_rollback(partial(services.remove, id))
    try:
        document = services.inspect(id)
        check_kept(task, document)
        task.set_state(State.STARTING, id=id)
        converge(Convergence(task, id, document["Spec"], since))
    except RunnerError:
        services.remove(id)
        raise
    task.set_state(State.RUNNING, id=id)
    return id


def settle(task: Task, id: str, since: float) -> None:
    """Wait until the tasks of a service that this run created have kept running for its minimum ready time."""
    least = task.desired.settings_as(ContainerSettings).update.settle
    if least and _was_created(task, id):
        try:
            spec = look(task.gateway, id).spec
            converge(Convergence(task, id, spec, since, least, running_since=since))
        except StepFailed:
            task.gateway.swarm.services.remove(id)
            raise


def verify(task: Task, id: str) -> State:
    """Check that the tasks of a service still run."""
    service = look(task.gateway, id)
    if len(service.running) < service.wanted:
        if failed := failed_tasks(service.current):
            raise failure_of(task.gateway, failed[0])
        raise StepFailed(f"no longer runs: {len(service.running)} of {service.wanted} tasks", code="step-failed")
    return State.READY


def _was_created(task: Task, id: str) -> bool:
    return task.change.observed is None or task.change.observed.id != id

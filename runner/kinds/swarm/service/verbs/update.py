"""Update a service: in place where no task has to restart, else task by task."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.core.errors import OutOfSequence
from runner.core.resource_state import State
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.swarm.service.observe import read_again
from runner.kinds.swarm.service.spec import changed_spec
from runner.kinds.swarm.service.traits import traits_of
from runner.kinds.swarm.service.verbs.converge import converge
from runner.kinds.swarm.service.verbs.failures import failed_tasks
from runner.kinds.swarm.service.verbs.look import look

if TYPE_CHECKING:
    from runner.core.state import ObservedResource
    from runner.core.task import Task


def update(task: Task) -> str:
    """Write what is declared into the spec of a service; return when its tasks run by it."""
    live = task.observed
    task.set_state(State.UPDATING, id=live.id)
    before = look(task.gateway, live.id, after=time.monotonic())
    known = frozenset(one["ID"] for one in failed_tasks(before.tasks, frozenset()))
    try:
        _write(task, live)
    except OutOfSequence:
        _write(task, read_again(task, live))
    since = time.monotonic()
    settle = task.desired.settings_as(ContainerSettings).update.settle
    converge(task, live.id, since=since, settle=settle, known=known)
    task.set_state(State.RUNNING, id=live.id)
    return live.id


def _write(task: Task, live: ObservedResource) -> None:
    task.gateway.swarm.services.update(live.id, traits_of(live).version, changed_spec(task, live))

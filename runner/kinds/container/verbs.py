"""Creating a container, and looking once more whether it still works."""

from __future__ import annotations

from functools import partial

from runner.core.errors import NotFound, RunnerError, StepFailed
from runner.core.lifecycle import State
from runner.core.plan import Action
from runner.core.task import Task
from runner.kinds.container.making import make
from runner.kinds.container.observe import inheritable
from runner.kinds.container.readiness import check_alive, wait_until_working
from runner.kinds.container.removing import discard


def create(task: Task) -> str:
    """Create and start it; return when it works. A predecessor, if there was one, is gone by then."""
    task.enter(State.CREATING)
    id = make(task, task.desired.engine_name, inherited=inheritable(task.change.observed))
    task.undo_by(partial(discard, task.gateway, id))
    try:
        task.enter(State.STARTING, id=id)
        task.gateway.containers.start(id)
    except RunnerError:
        discard(task.gateway, id)  # it never ran: there is nothing to look at
        raise
    task.enter(State.RUNNING, id=id)
    wait_until_working(task, id, settle=0, fresh=True)
    return id


def confirm(task: Task, id: str) -> None:
    """Look whether it still runs; one that ran all the time was looked at when it was updated."""
    if (
        task.change.observed
        and id == task.change.observed.id
        and "state" not in {found.path for found in task.change.diff}
    ):
        return
    try:
        inspect = task.gateway.containers.inspect(id)
    except NotFound as error:
        raise StepFailed("was removed during the run") from error
    check_alive(task.gateway, inspect, fresh=task.change.action is not Action.UPDATE)

"""Creating a container, and looking once more whether it still works."""

from __future__ import annotations

from functools import partial

from runner.core.errors import NotFound, RunnerError, StepFailed
from runner.core.resource_state import State
from runner.core.task import Task
from runner.kinds.container.anonymous import anonymous_volumes
from runner.kinds.container.declare.update_policy import policy_of
from runner.kinds.container.sharing import check_joined, starts
from runner.kinds.container.verbs.create_body import create_container
from runner.kinds.container.verbs.remove import remove_new
from runner.kinds.container.verbs.wait_ready import keep_running, raise_if_exited, wait_ready


def create(task: Task) -> str:
    """Create and start it; return when it works. A predecessor, if there was one, is gone by then."""
    task.set_state(State.CREATING)
    id = create_container(task, task.desired.engine_name, anonymous_volumes=anonymous_volumes(task.change.observed))
    task.on_rollback(partial(remove_new, task.gateway, id))
    try:
        task.set_state(State.STARTING, id=id)
        task.gateway.containers.start(id)
    except RunnerError:
        remove_new(task.gateway, id)  # it never ran: there is nothing to look at
        raise
    task.set_state(State.RUNNING, id=id)
    wait_ready(task, id, settle=0, fresh=True)
    return id


def settle(task: Task, id: str, since: float) -> None:
    """Watch one that was started until it has kept running for as long as it is to; one that went on did before."""
    if _was_started(task, id):
        keep_running(task, id, since=since, settle=policy_of(task.desired).settle)


def verify(task: Task, id: str) -> None:
    """Look whether it still runs, has all the time if it was started in this run, and has what it shares."""
    try:
        inspect = task.gateway.containers.inspect(id)
    except NotFound as error:
        raise StepFailed("was removed during the run") from error
    raise_if_exited(task.gateway, inspect, fresh=_was_started(task, id))
    check_joined(task.gateway, inspect)


def _was_started(task: Task, id: str) -> bool:
    """Tell whether it was started in this run: the engine counts its restarts from there."""
    live = task.change.observed
    return live is None or id != live.id or starts(task.change)

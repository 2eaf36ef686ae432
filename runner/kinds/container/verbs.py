"""What can be done to a container."""

from __future__ import annotations

from runner.core.errors import Cancelled, Conflict, NotFound, RolledBack, RunnerError, StepFailed
from runner.core.event import State
from runner.core.plan import Action
from runner.core.state import Observed
from runner.core.task import Task
from runner.kinds.container import record
from runner.kinds.container.making import make
from runner.kinds.container.observe import NEW, OLD, inheritable
from runner.kinds.container.readiness import SETTLE, TAIL_LINES, check_alive, wait_until_working
from runner.resource.scalars import SECOND

ENGINE_GRACE = 10.0
"""Seconds that the engine gives a container to stop when nobody said how many."""


# --- create


def create(task: Task) -> str:
    """Create and start it; return when it works. A predecessor, if there was one, is gone by then."""
    task.enter(State.CREATING)
    id = make(task, task.desired.engine_name, inherited=inheritable(task.change.observed))
    try:
        task.enter(State.STARTING, id=id)
        task.gateway.containers.start(id)
    except RunnerError:
        task.gateway.containers.remove(id, volumes=True)  # it never ran: there is nothing to look at
        raise
    task.enter(State.RUNNING, id=id)
    wait_until_working(task, id, settle=0, fresh=True)
    return id


# --- replace


def replace(task: Task) -> str:
    """Put a new container in the place of the old one, which comes back if the new one doesn't work."""
    task.enter(State.CREATING)
    old = task.observed
    new = make(task, task.desired.engine_name + NEW, inherited=inheritable(old))
    try:
        _switch(task, old, new)
    except (RunnerError, OSError) as failure:
        _switch_back(task, old, new, failure)
    _remove(task)
    return new


def _switch(task: Task, old: Observed, new: str) -> None:
    containers, name = task.gateway.containers, task.desired.engine_name
    task.enter(State.STOPPING, id=old.id)
    containers.stop(old.id, _grace(old))
    if old.engine_name != name + OLD:  # it may be back from an interrupted replacement
        containers.rename(old.id, name + OLD)
    containers.rename(new, name)
    task.enter(State.STARTING, id=new)
    containers.start(new)
    task.enter(State.RUNNING, id=new)
    wait_until_working(task, new, settle=SETTLE, fresh=True)


def _grace(container: Observed) -> float:
    """Return how many seconds it may take to stop."""
    period = container.fields.get("stop_grace_period")
    return period / SECOND if isinstance(period, int) else ENGINE_GRACE


def _switch_back(task: Task, old: Observed, new: str, failure: Exception) -> None:
    """Undo a replacement wherever it failed, and say so."""
    message, help, output = _told(failure)
    output = output or task.gateway.containers.tail(new, TAIL_LINES)
    try:
        _put_back(task, old, new)
    except RunnerError as error:
        both = f"the new one {message}; the old one does not come back: {error.message}"
        raise StepFailed(both, help=error.help, output=output) from failure
    if isinstance(failure, Cancelled):
        raise failure
    raise RolledBack(f"the new one {message}; the old one is back", help=help, output=output) from failure


def _put_back(task: Task, old: Observed, new: str) -> None:
    containers, name = task.gateway.containers, task.desired.engine_name
    containers.remove(new, volumes=False)
    if containers.inspect(old.id)["Name"].lstrip("/") != name:
        containers.rename(old.id, name)
    containers.start(old.id)


def _told(failure: Exception) -> tuple[str, str | None, tuple[str, ...]]:
    if isinstance(failure, StepFailed):
        return failure.message, failure.help, failure.output
    if isinstance(failure, RunnerError):
        return f"failed: {failure.message}", failure.help, failure.output
    return f"failed: {failure}", None, ()


# --- delete


def delete(task: Task) -> None:
    """Stop and remove it; its anonymous volumes stay unless the data is to go as well."""
    id = task.observed.id
    if task.observed.health and task.observed.health.phase in ("running", "restarting", "paused"):
        task.enter(State.STOPPING, id=id)
        task.gateway.containers.stop(id, _grace(task.observed))
    task.enter(State.REMOVING, id=id)
    _remove(task)
    if task.change.destroys_data:
        for volume in inheritable(task.observed).values():
            _remove_volume(task, volume)


def _remove(task: Task) -> None:
    """Remove the observed container and the record of what was set on it."""
    task.gateway.containers.remove(task.observed.id)
    record.forget(task.gateway, task.observed)


def _remove_volume(task: Task, name: str) -> None:
    try:
        task.gateway.volumes.remove(name)
    except Conflict:
        return  # somebody else mounts it too


# --- confirm


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

"""The operations on jobs: run, wait for the end of a run, and remove its record."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from runner.core.resource_state import State
from runner.core.task import Task
from runner.kinds.container.verbs.adopt import owning
from runner.kinds.container.verbs.naming import rename
from runner.kinds.container.verbs.remove import remove_new
from runner.kinds.container.verbs.stop import stop
from runner.kinds.job.execution import follow_to_end, run
from runner.kinds.job.past_run import is_past, save
from runner.kinds.job.rerun_policy import is_done, is_done_for_good, is_running
from runner.kinds.job.retrying import until_it_succeeds
from runner.kinds.shared import label_overrides
from runner.resource.volume_store import VolumeStore


def create(task: Task) -> str:
    """Run the job for the first time, or again after `delete` released its last run."""
    if is_kept_without_its_container(task):
        task.set_state(State.UPDATING, id=task.observed.id)
        return task.observed.id
    task.set_state(State.CREATING)
    return _until_it_succeeds(task, partial(run, task, instead_of=None))


def replace(task: Task) -> str:
    """Run the job again; the record of its last run is removed when the new one begins."""
    task = owning(task)
    old = task.observed
    if is_past(old):
        task.set_state(State.CREATING)
        return _until_it_succeeds(task, partial(run, task, instead_of=None))
    if is_running(old):  # never twice at a time
        task.set_state(State.STOPPING, id=old.id)
        stop(task, old.id, old.fields)
    task.set_state(State.CREATING)
    return _until_it_succeeds(task, partial(run, task, instead_of=old.id))


def update(task: Task) -> str:
    """Restore the job's name and record, and follow a run that another process began."""
    task.set_state(State.UPDATING, id=task.observed.id)
    containers, live = task.gateway.containers, task.observed
    task.on_rollback(partial(rename, task, live.id, live.engine_name))
    rename(task, live.id, task.desired.engine_name)
    if is_done(live):
        return live.id if label_overrides.is_kept(live) else save(task, live.id)
    if live.fields["state"] == "paused":
        containers.unpause(live.id)
    return _until_it_succeeds(task, partial(follow_to_end, task, live.id))


def _until_it_succeeds(task: Task, first: Callable[[], str]) -> str:
    again = partial(run, task, instead_of=task.desired.engine_name)
    return until_it_succeeds(task, lambda: save(task, first()), lambda: save(task, again()))


def delete(task: Task) -> None:
    """Remove the job's container with its own volumes, and its record; a run that has not ended is stopped.

    If the job never reruns, only its container is removed, so that the resources that it uses can be recreated.
    """
    id = task.observed.id
    if is_kept_without_its_container(task):
        task.set_state(State.REMOVING, id=id)
        if not label_overrides.is_kept(task.observed):
            save(task, id)
        task.on_commit(partial(remove_new, task.gateway, id))
        return
    if task.observed.health and task.observed.health.phase in ("running", "paused"):
        task.set_state(State.STOPPING, id=id)
        stop(task, id, task.observed.fields)
    task.set_state(State.REMOVING, id=id)
    task.on_commit(partial(_remove, task))


def is_kept_without_its_container(task: Task) -> bool:
    """Return whether only the record of the run counts, since the job never runs again."""
    desired, live = task.change.desired, task.change.observed
    return desired is not None and live is not None and is_done_for_good(desired, live)


def _remove(task: Task) -> None:
    remove_new(task.gateway, task.observed.id)
    label_overrides.delete(VolumeStore(task.gateway), task.observed)

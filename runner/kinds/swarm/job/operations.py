"""The operations on jobs of a swarm: run, wait for the end of a run, and remove it with its record."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from runner.core.resource_state import State
from runner.kinds.job.operations import is_kept_without_its_container
from runner.kinds.job.past_run import is_past
from runner.kinds.job.rerun_policy import is_done
from runner.kinds.job.retrying import until_it_succeeds
from runner.kinds.shared import label_overrides
from runner.kinds.swarm.job.discard import discard
from runner.kinds.swarm.job.execution import follow_to_end, remove, run, save
from runner.kinds.swarm.service.verbs.look import look

if TYPE_CHECKING:
    from runner.core.task import Task


def create(task: Task) -> str:
    """Run the job for the first time, or again after `delete` released its last run."""
    if is_kept_without_its_container(task):
        task.set_state(State.UPDATING, id=task.observed.id)
        return task.observed.id
    task.set_state(State.CREATING)
    again = partial(run, task)
    return until_it_succeeds(task, again, again)


def replace(task: Task) -> str:
    """Run the job again. Its last run is removed first, as its name is taken, and stays as a record until then."""
    live = task.observed
    if not is_past(live):
        _keep_record(task)
        task.set_state(State.STOPPING, id=live.id)
        remove(task, live.id)
    task.set_state(State.CREATING)
    again = partial(run, task)
    return until_it_succeeds(task, again, again)


def update(task: Task) -> str:
    """Keep a record of the last run, or follow a run that another process began."""
    task.set_state(State.UPDATING, id=task.observed.id)
    if is_done(task.observed):
        _keep_record(task)
        return task.observed.id
    return until_it_succeeds(task, partial(follow_to_end, task, task.observed.id), partial(run, task))


def _keep_record(task: Task) -> None:
    live = task.observed
    if is_done(live) and not is_past(live) and not label_overrides.is_kept(live):
        save(task, look(task.gateway, live.id, after=time.monotonic()))


def delete(task: Task) -> None:
    """Remove the job's service and its record; a run that has not ended is stopped.

    If the job never reruns, only its service is removed, so that the resources that it uses can be recreated.
    """
    live = task.observed
    task.set_state(State.REMOVING, id=live.id)
    if is_kept_without_its_container(task):
        _keep_record(task)
        task.on_commit(partial(discard, task.gateway, live.id))
        return
    task.on_commit(partial(_remove, task))


def _remove(task: Task) -> None:
    if not is_past(task.observed):
        remove(task, task.observed.id)
    label_overrides.delete(task.gateway.swarm.records, task.observed)

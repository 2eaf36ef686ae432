"""Create a container, and verify at the end of a run that it still works."""

from __future__ import annotations

from functools import partial

from runner.core.errors import NotFound, RunnerError, StepFailed
from runner.core.resource_state import State
from runner.core.task import Task
from runner.kinds.container import completion
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.container.sharing import check_joined, starts
from runner.kinds.container.traits import traits_of
from runner.kinds.container.verbs.create_body import create_container
from runner.kinds.container.verbs.hooks import complete_start, name_until_started
from runner.kinds.container.verbs.remove import remove_new
from runner.kinds.container.verbs.start import start
from runner.kinds.container.verbs.wait_ready import check_running, keep_running, wait_ready
from runner.resource.volume_store import VolumeStore


def create(task: Task) -> str:
    """Create and start a container; return when it works. A predecessor, if any, is removed by then."""
    task.set_state(State.CREATING)
    name, fields = task.desired.engine_name, task.desired.fields
    old = task.change.observed  # deleted by now
    id = create_container(
        task,
        name_until_started(name, fields),
        anonymous_volumes=traits_of(old).anonymous_volumes,
        replaces=old.id if old else "",
    )
    task.on_rollback(partial(remove_new, task.gateway, id))
    try:
        task.set_state(State.STARTING, id=id)
        start(task, id)
    except RunnerError:
        remove_new(task.gateway, id)  # it never ran: nothing to inspect
        raise
    complete_start(task, id, name, fields)
    task.set_state(State.RUNNING, id=id)
    wait_ready(task, id, settle=0, fresh=True)
    return id


def settle(task: Task, id: str, since: float) -> None:
    """Wait until a container that this run started has kept running for its minimum ready time; others already have."""
    least = task.desired.settings_as(ContainerSettings).update.settle
    if least and _was_started(task, id):
        keep_running(task, id, since=since, settle=least)


def verify(task: Task, id: str) -> State:
    """Check that a container still runs, without restarts if this run started it, and has its shared namespaces.

    That it has completed instead, as it may, is recorded.
    """
    try:
        inspect = task.gateway.containers.inspect(id)
    except NotFound as error:
        raise StepFailed("was removed during the run", code="removed-meanwhile") from error
    if not check_running(task.gateway, inspect, task.desired, fresh=_was_started(task, id)):
        _record_completion(task, id, inspect["State"]["FinishedAt"])
        return State.SUCCEEDED
    check_joined(task.gateway, inspect)
    return State.READY


def _record_completion(task: Task, id: str, finished: str) -> None:
    live = task.change.observed
    if live is None or live.id != id or starts(task.change) or not traits_of(live).is_completion_recorded:
        record = completion.save(task.gateway, task.workflow, id, finished)
        task.on_rollback(partial(VolumeStore(task.gateway).remove, record))


def _was_started(task: Task, id: str) -> bool:
    """Return whether the container was started in this run: the engine counts its restarts from there."""
    live = task.change.observed
    return live is None or id != live.id or starts(task.change)

"""One attempt at a job: a container of its own, followed from start to exit."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from runner.core.errors import Cancelled, EngineError, NotFound, StepFailed
from runner.core.resource_state import State
from runner.core.state import ObservedResource
from runner.core.task import Task
from runner.kinds.container.names import NEW, OLD
from runner.kinds.container.verbs.create_body import create_container
from runner.kinds.container.verbs.exits import failed_exit
from runner.kinds.container.verbs.health import TAIL_LINES
from runner.kinds.container.verbs.naming import rename
from runner.kinds.container.verbs.remove import remove_new
from runner.kinds.container.verbs.start import start
from runner.kinds.container.verbs.stop import stop
from runner.kinds.job.log_stream import Output
from runner.kinds.job.options import TABLE
from runner.kinds.job.past_run import supersede
from runner.kinds.job.settings import JobSettings
from runner.resource.labels import owned_address
from runner.resource.volume_store import VolumeStore


def run(task: Task, instead_of: str | None) -> str:
    """Create a container, in place of another one if given, and follow it to its exit; return its id.

    A bad image, option or mount fails before the other container is touched.
    """
    name = task.desired.engine_name
    id = create_container(task, name if instead_of is None else name + NEW, anonymous_volumes={}, table=TABLE)
    task.on_rollback(partial(remove_new, task.gateway, id))
    if instead_of is not None:
        _take_the_name(task, id, instead_of)
    supersede(task, VolumeStore(task.gateway))
    task.set_state(State.STARTING, id=id)
    try:
        start(task, id)
    except EngineError:
        remove_new(task.gateway, id)  # it never ran: nothing to inspect
        raise
    return follow_to_end(task, id)


def _take_the_name(task: Task, id: str, other: str) -> None:
    """Take the name of the previous attempt, or of the last run's container, which a rollback restores."""
    name, live = task.desired.engine_name, task.change.observed
    if live is None or other != live.id:
        if _is_attempt(task, other):
            remove_new(task.gateway, other)
        rename(task, id, name)
        return
    rename(task, live.id, name + OLD)
    task.on_rollback(partial(_bring_back, task, id, live))
    rename(task, id, name)
    task.on_commit(partial(remove_new, task.gateway, live.id))


def _is_attempt(task: Task, ref: str) -> bool:
    """Return whether a container is one of this job: what has its name may be somebody else's."""
    try:
        labels = task.gateway.containers.inspect(ref)["Config"]["Labels"] or {}
    except NotFound:
        return False
    return owned_address(labels, task.workflow) == task.desired.address


def _bring_back(task: Task, id: str, live: ObservedResource) -> None:
    remove_new(task.gateway, id)
    rename(task, live.id, live.engine_name)


def follow_to_end(task: Task, id: str) -> str:
    """Report the output of a running attempt until it exits; StepFailed unless it exits with code 0."""
    task.set_state(State.RUNNING, id=id)
    output = Output(task, lambda follow: task.gateway.containers.log_lines(id, follow=follow))
    try:
        _wait_for_end(task, id)
    finally:
        output.finish()
    inspect = task.gateway.containers.inspect(id)
    if inspect["State"]["ExitCode"]:
        raise failed_exit(task.gateway, inspect, code="job-failed")
    return id


def _wait_for_end(task: Task, id: str) -> None:
    """Wait until the container exits, by itself or because it was stopped: then raise the reason."""
    limit = task.desired.settings_as(JobSettings).timeout or task.timeout
    try:
        task.wait(id, lambda: not _state(task, id)["Running"], what="completed", timeout=limit)
    except NotFound as error:
        raise StepFailed("was removed while it ran", code="removed-meanwhile") from error
    except Cancelled:
        with suppress(EngineError):
            _stop(task, id)
        raise
    except StepFailed as late:
        tail = task.gateway.containers.last_lines(id, TAIL_LINES)
        _stop(task, id)
        message = f"not completed within {limit:g} s and stopped"
        raise StepFailed(message, help="increase timeout", output=tail, code="job-timeout") from late


def _stop(task: Task, id: str) -> None:
    """Stop the container; if it exits with code 0, remove it, or it would count as succeeded."""
    task.set_state(State.STOPPING, id=id)
    stop(task, id, task.desired.fields)
    if not _state(task, id)["ExitCode"]:
        remove_new(task.gateway, id)


def _state(task: Task, id: str) -> dict[str, object]:
    found: dict[str, object] = task.gateway.containers.inspect(id)["State"]
    return found

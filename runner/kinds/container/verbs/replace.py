"""Replace a container; the old one is restored if the new one doesn't work.

The new container is created under a temporary name, so that a bad image, option or mount fails with the old one
untouched. Until the old one is removed, the next run recognises every intermediate state (see `observe`).
"""

from __future__ import annotations

import time
from functools import partial
from typing import NoReturn

from runner.core.errors import Cancelled, RolledBack, RunnerError, StepFailed
from runner.core.resource_state import State
from runner.core.state import ObservedResource
from runner.core.task import Task
from runner.kinds.container.completion import is_complete
from runner.kinds.container.declare.update_policy import OnFailure, Order
from runner.kinds.container.names import NEW, OLD, STARTING
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.container.traits import traits_of
from runner.kinds.container.verbs.adopt import owning
from runner.kinds.container.verbs.create_body import create_container
from runner.kinds.container.verbs.health import TAIL_LINES
from runner.kinds.container.verbs.hooks import complete_start, name_until_started
from runner.kinds.container.verbs.naming import rename, restore_name
from runner.kinds.container.verbs.network_aliases import attachments_of, drain, restore_aliases, set_aliases
from runner.kinds.container.verbs.remove import remove, remove_new
from runner.kinds.container.verbs.start import start
from runner.kinds.container.verbs.start_again import start_with_sharers
from runner.kinds.container.verbs.stop import stop
from runner.kinds.container.verbs.wait_ready import keep_running, wait_ready
from runner.kinds.network.endpoints import Endpoints


def replace(task: Task) -> str:
    """Replace the old container with a new one."""
    task.set_state(State.CREATING)
    task = owning(task)
    old, policy = task.observed, task.desired.settings_as(ContainerSettings).update
    attached = attachments_of(task.gateway.containers.inspect(old.id))
    waits_to_answer = policy.order is Order.START_FIRST
    name = task.desired.engine_name + NEW
    volumes = traits_of(old).anonymous_volumes
    new = create_container(task, name, anonymous_volumes=volumes, with_aliases=not waits_to_answer, replaces=old.id)
    try:
        if waits_to_answer:
            _start_first(task, old, new)
        else:
            _stop_first(task, old, new)
    except (RunnerError, OSError) as failure:
        if policy.on_failure is OnFailure.KEEP and _is_kept(task, new, failure):
            _retire_old(task, old, new, attached)
            _raise_kept(task, new, failure)
        _roll_back(task, old, new, attached, failure)
    _retire_old(task, old, new, attached)
    return new


def _retire_old(task: Task, old: ObservedResource, new: str, attached: Endpoints) -> None:
    """Remove the old container once the run is committed; a rollback of the run restores it."""
    task.on_rollback(partial(_restore_old, task, old, new, attached))
    task.on_commit(partial(remove, task, old, successor=new))


# --- forward: stop-first and start-first


def _stop_first(task: Task, old: ObservedResource, new: str) -> None:
    task.set_state(State.STOPPING, id=old.id)
    stop(task, old.id, old.fields)
    name, fields = task.desired.engine_name, task.desired.fields
    _take_the_name(task, old, new, name_until_started(name, fields))
    task.set_state(State.STARTING, id=new)
    start(task, new)
    complete_start(task, new, name, fields)
    task.set_state(State.RUNNING, id=new)
    _prove(task, new)


def _start_first(task: Task, old: ObservedResource, new: str) -> None:
    """Let the new container become ready, then give it its network aliases, and only then stop the old one.

    It takes the name in between: a run killed after that continues with the new container, before that with the old
    one.
    """
    task.set_state(State.STARTING, id=new)
    start(task, new)
    complete_start(task, new, task.desired.engine_name + NEW, task.desired.fields)
    task.set_state(State.RUNNING, id=new)
    _prove(task, new)
    set_aliases(task, new)
    wait_ready(task, new, settle=0, fresh=True)
    _take_the_name(task, old, new, task.desired.engine_name)
    task.set_state(State.STOPPING, id=old.id)
    drain(task, old.id)
    stop(task, old.id, old.fields)


def _prove(task: Task, new: str) -> None:
    policy = task.desired.settings_as(ContainerSettings).update
    wait_ready(task, new, settle=policy.settle, timeout=policy.timeout, fresh=True)


def _take_the_name(task: Task, old: ObservedResource, new: str, name: str) -> None:
    """Give the new container the name, and the old one that of an old one."""
    former = task.desired.engine_name + OLD
    if old.engine_name != former:  # an interrupted replacement may have restored it
        rename(task, old.id, former)
    rename(task, new, name)


# --- roll back


def _roll_back(task: Task, old: ObservedResource, new: str, attached: Endpoints, failure: Exception) -> None:
    """Roll back a replacement, wherever it failed, and raise what came of it."""
    message, help, output = _told(task, new, failure)
    try:
        _restore_old(task, old, new, attached)
    except RunnerError as error:
        if task.is_atomic:  # the owner of a shared namespace is restored later
            task.on_rollback(partial(_restore_old, task, old, new, attached))
            raise RolledBack(
                f"new container {message}; the previous one is restored with the others", output=output
            ) from failure
        both = f"new container {message}; restoring the previous one failed: {error.message}"
        raise StepFailed(both, help=error.help, output=output, code="rollback-incomplete") from failure
    if isinstance(failure, Cancelled):
        raise failure
    try:
        if not is_complete(old):
            settle = task.desired.settings_as(ContainerSettings).update.settle
            keep_running(task, old.id, since=time.monotonic(), settle=settle)
    except StepFailed as error:
        both = f"new container {message}; restored the previous one, but it {error.message}"
        raise StepFailed(both, help=error.help, output=error.output, code="rollback-incomplete") from failure
    raise RolledBack(f"new container {message}; restored the previous one", help=help, output=output) from failure


def _restore_old(task: Task, old: ObservedResource, new: str, attached: Endpoints) -> None:
    """Remove the new container and bring the old one back, under its name and on its networks."""
    remove_new(task.gateway, new)  # inherited volumes stay
    restore_name(task, old)
    restore_aliases(task, old.id, attached)
    if not is_complete(old):
        start_with_sharers(task, old)


def _is_kept(task: Task, new: str, failure: Exception) -> bool:
    """Return whether the new container itself failed, after it took the old one's place."""
    if isinstance(failure, Cancelled):
        return False
    name = str(task.gateway.containers.inspect(new)["Name"]).lstrip("/")
    return name.removesuffix(STARTING) == task.desired.engine_name


def _raise_kept(task: Task, new: str, failure: Exception) -> NoReturn:
    message, help, output = _told(task, new, failure)
    message = f"{message}; kept as configured, the previous one was removed"
    raise StepFailed(message, help=help, output=output) from failure


def _told(task: Task, new: str, failure: Exception) -> tuple[str, str | None, tuple[str, ...]]:
    """Return the message of a failure, its help, and the last output of the new container."""
    if not isinstance(failure, RunnerError):
        return f"failed: {failure}", None, task.gateway.containers.last_lines(new, TAIL_LINES)
    message = failure.message if isinstance(failure, StepFailed) else f"failed: {failure.message}"
    return message, failure.help, failure.output or task.gateway.containers.last_lines(new, TAIL_LINES)

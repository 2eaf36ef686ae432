"""Bring a service back to the last spec by which its tasks ran.

It is written anew, not asked for by `rollback=previous`: a service that is still being updated and has tasks that no
node takes never comes back from that, as the tasks that replace them wait for ever (28.5; tests/swarm/test_rolling.py).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from runner.core.errors import Cancelled, NotFound, RolledBack, RunnerError, StepFailed
from runner.kinds.container.declare.update_policy import OnFailure
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.swarm.service import good_spec
from runner.kinds.swarm.service.verbs.converge import Convergence
from runner.kinds.swarm.service.verbs.failures import failed_tasks
from runner.kinds.swarm.service.verbs.look import POLL, look
from runner.kinds.swarm.service.verbs.write_over import write_over

if TYPE_CHECKING:
    from runner.core.task import Task

_AT_ONCE: Final = {"Parallelism": 0, "Delay": 0, "FailureAction": "continue", "Monitor": 1_000_000_000}
"""How a service goes back: all tasks at once, and whatever comes."""


def roll_back(task: Task, good: Mapping[str, Any], failure: RunnerError) -> NoReturn:
    """Bring a service back whose update failed, and raise what came of it."""
    id, policy = task.observed.id, task.desired.settings_as(ContainerSettings).update
    if policy.on_failure is OnFailure.KEEP and isinstance(failure, StepFailed):
        good_spec.drop(task.gateway, id)
        message = f"{failure.message}; kept as configured"
        raise StepFailed(message, help=failure.help, output=failure.output, exit_code=failure.exit_code) from failure
    try:
        restore(task, good)
    except RunnerError as error:
        both = f"{failure.message}; going back to the former spec failed: {error.message}"
        output = failure.output or error.output
        raise StepFailed(both, help=error.help, output=output, code="rollback-incomplete") from failure
    if isinstance(failure, Cancelled):
        raise failure
    raise RolledBack(
        f"{failure.message}; back to the former spec",
        help=failure.help,
        output=failure.output,
        exit_code=failure.exit_code,
    ) from failure


def restore(task: Task, good: Mapping[str, Any]) -> None:
    """Write a spec that is known to be good, and wait until its tasks run; then it has what it had, to the last key.

    The wait is no wait of the run's: it must not end with that.
    """
    id, services = task.observed.id, task.gateway.swarm.services
    known = frozenset(one["ID"] for one in failed_tasks(look(task.gateway, id).tasks))
    _write(task, {**good, "UpdateConfig": {**(good.get("UpdateConfig") or {}), **_AT_ONCE}})
    wait = Convergence(task, id, services.inspect(id)["Spec"], time.monotonic(), known=known, is_quiet=True)
    deadline = time.monotonic() + task.timeout
    while not wait.is_reached():
        if time.monotonic() > deadline:
            raise StepFailed(f"not running within {task.timeout:g} s", code="wait-timeout")
        time.sleep(POLL)
    _write(task, good)
    good_spec.drop(task.gateway, id)


def _write(task: Task, spec: Mapping[str, Any]) -> None:
    try:
        write_over(task.gateway, task.observed.id, spec)
    except NotFound as error:
        raise StepFailed("was removed meanwhile", code="removed-meanwhile") from error

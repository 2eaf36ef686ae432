"""Update a service: in place where no task has to restart, else task by task. One that doesn't work goes back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from runner.core.errors import Conflict, OutOfSequence, Rejected, RunnerError, StepFailed
from runner.core.plan import Effect
from runner.core.resource_state import State
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.container.sharing import is_restart
from runner.kinds.swarm.service import good_spec
from runner.kinds.swarm.service.observe import read_again
from runner.kinds.swarm.service.spec import changed_spec, restarted
from runner.kinds.swarm.service.tasks import ROLLING
from runner.kinds.swarm.service.traits import traits_of
from runner.kinds.swarm.service.verbs.converge import Convergence, converge
from runner.kinds.swarm.service.verbs.failures import failed_tasks
from runner.kinds.swarm.service.verbs.look import look
from runner.kinds.swarm.service.verbs.roll_back import restore, roll_back

if TYPE_CHECKING:
    from runner.core.state import ObservedResource
    from runner.core.task import Task


def update(task: Task) -> str:
    """Write what is declared into the spec of a service; return when its tasks run by it."""
    live, services = task.observed, task.gateway.swarm.services
    task.set_state(State.UPDATING, id=live.id)
    known = frozenset(one["ID"] for one in failed_tasks(look(task.gateway, live.id).tasks))
    is_rolling = live.fields.get("state") == ROLLING
    good = good_spec.load(task.gateway, live.id) if is_rolling else traits_of(live).spec
    is_recorded = is_rolling or _rolls(task)
    if is_recorded and not is_rolling:
        good_spec.save(task, live.id, good)
    task.on_rollback(partial(restore, task, good))
    try:
        _write(task, live)
    except (Rejected, Conflict, StepFailed):  # nothing was written
        if is_recorded and not is_rolling:
            good_spec.drop(task.gateway, live.id)
        raise
    except RunnerError as failure:
        roll_back(task, good, failure)
    try:
        since, spec = time.monotonic(), services.inspect(live.id)["Spec"]
        settle = task.desired.settings_as(ContainerSettings).update.settle
        converge(Convergence(task, live.id, spec, since, settle, known))
    except RunnerError as failure:
        roll_back(task, good, failure)
    if is_recorded:
        task.on_commit(partial(good_spec.drop, task.gateway, live.id))
    task.set_state(State.RUNNING, id=live.id)
    return live.id


def _rolls(task: Task) -> bool:
    """Return whether tasks restart: what they go back to is recorded then."""
    return any(found.effect is Effect.ROLL or is_restart(found) for found in task.change.diff)


def _write(task: Task, live: ObservedResource) -> None:
    try:
        _write_spec(task, live)
    except OutOfSequence as error:  # what nobody declared may have changed, and stays
        again = read_again(task, live)
        if changed := _changed_by_others(task, live, again):
            message, help = f"was changed by somebody else since the plan: {', '.join(changed)}", "plan again"
            raise StepFailed(message, help=help, code="changed-meanwhile") from error
        _write_spec(task, again)


def _changed_by_others(task: Task, live: ObservedResource, again: ObservedResource) -> list[str]:
    """Return the managed fields that somebody has changed since the plan.

    Of a service that a killed run left half rolled that is the swarm, which may bring it back by itself.
    """
    if live.fields.get("state") == ROLLING:
        return []
    managed = task.desired.fields.keys() | live.applied.keys()
    return sorted(name for name in managed if again.fields.get(name) != live.fields.get(name))


def _write_spec(task: Task, live: ObservedResource) -> None:
    """Write what is declared; a restart alone writes what there is, whatever is declared by now."""
    restarts = [is_restart(found) for found in task.change.diff]
    is_restart_alone = bool(restarts) and all(restarts)
    spec: Mapping[str, Any] = traits_of(live).spec if is_restart_alone else changed_spec(task, live)
    if any(restarts) or _is_left_ended(task, live):
        spec = restarted(spec)
    task.gateway.swarm.services.update(live.id, traits_of(live).version, spec)


def _is_left_ended(task: Task, live: ObservedResource) -> bool:
    """Return whether tasks are missing that the swarm doesn't start again, by the service's restart policy."""
    policy = traits_of(live).spec["TaskTemplate"].get("RestartPolicy") or {}
    are_missing = any(found.path == "state" and not is_restart(found) for found in task.change.diff)
    return are_missing and policy.get("Condition", "any") != "any"

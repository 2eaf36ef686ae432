"""Start a container again that a run has stopped, with those that share its namespaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.core.errors import NotFound
from runner.core.state import ObservedResource
from runner.core.task import Task
from runner.kinds.container.options.hooks import POST_START
from runner.kinds.container.sharing import has_lost_any
from runner.kinds.container.traits import traits_of
from runner.kinds.container.verbs.hooks import in_silence, run_post_start
from runner.kinds.container.verbs.stop_timeout import ENGINE_GRACE
from runner.resource.labels import read_applied

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON


def start_with_sharers(task: Task, owner: ObservedResource) -> None:
    """Start a container that a run has stopped, and restart those that shared its namespaces when it was observed."""
    _start(task, owner.id, owner.fields)
    for id in traits_of(owner).sharers:
        try:
            inspect = task.gateway.containers.inspect(id)
        except NotFound:
            continue
        recorded = read_applied(inspect["Config"].get("Labels") or {})
        if not inspect["State"]["Running"]:  # it exited with the owner
            _start(task, id, recorded)
        elif has_lost_any(task.gateway, inspect):
            _stop(task, inspect)
            _start(task, id, recorded)


def _start(task: Task, id: str, recorded: Mapping[str, object]) -> None:
    """Start a container, with its hooks: a run that was interrupted waits for them, too, to leave things in order."""
    has_run_on = bool(recorded.get(POST_START)) and task.gateway.containers.inspect(id)["State"]["Running"]
    task.gateway.containers.start(id)
    if not has_run_on:
        run_post_start(task, id, recorded, watch=in_silence)


def _stop(task: Task, inspect: EngineJSON) -> None:
    """Stop a container that is to join the current namespaces of the owners."""
    id, state = inspect["Id"], inspect["State"]
    if state.get("Paused"):
        task.gateway.containers.unpause(id)  # while paused it can't handle the signal
    task.gateway.containers.stop(id, inspect["Config"].get("StopTimeout") or ENGINE_GRACE)

"""Restart a container as it is, and wait until it works."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial

from runner.core.resource_state import State
from runner.core.task import Task
from runner.kinds.container.names import STARTING
from runner.kinds.container.verbs.hooks import complete_start, in_silence, mark_as_starting, run_pre_stop
from runner.kinds.container.verbs.stop import was_killed
from runner.kinds.container.verbs.stop_timeout import stop_timeout
from runner.kinds.container.verbs.wait_ready import wait_ready


def restart(task: Task) -> str:
    """Restart a container by one call: a run that is killed meanwhile leaves it running.

    One that doesn't run is started. Its hooks are those that it was created with.
    """
    containers, live = task.gateway.containers, task.observed
    state = live.fields["state"]
    if state == "paused":
        containers.unpause(live.id)  # while paused it can't handle the signal
    task.set_state(State.STOPPING if state in ("running", "paused") else State.STARTING, id=live.id)
    run_pre_stop(task, live.id, live.fields)
    name = live.engine_name.removesuffix(STARTING)
    mark_as_starting(task, live.id, name, live.fields)
    period, began = stop_timeout(live.fields), time.monotonic()
    # What it was restarted after is then another one again.
    task.on_rollback(partial(_restart_back, task, name, period), last=True)
    containers.restart(live.id, period)
    took = time.monotonic() - began
    complete_start(task, live.id, name, live.fields)
    task.set_state(State.RUNNING, id=live.id)
    if state == "running" and period and took >= period:
        _warn_if_killed(task, period, took)
    wait_ready(task, live.id, settle=0, fresh=True)
    return live.id


def _restart_back(task: Task, name: str, period: float) -> None:
    """Restart a container once more, with its hooks, as the run that restarted it is taken back."""
    live = task.observed
    mark_as_starting(task, live.id, name, live.fields)
    task.gateway.containers.restart(live.id, period)
    complete_start(task, live.id, name, live.fields, watch=in_silence)


def _warn_if_killed(task: Task, period: float, took: float) -> None:
    """Warn if stopping alone took the stop timeout: the engine has forgotten the exit code by now."""
    inspect = task.gateway.containers.inspect(task.observed.id)
    finished, started = (datetime.fromisoformat(inspect["State"][key]) for key in ("FinishedAt", "StartedAt"))
    if took - (started - finished).total_seconds() >= period:
        task.warn(was_killed(task, inspect, period))

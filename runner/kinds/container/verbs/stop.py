"""Stop a container, and warn if it had to be killed."""

from __future__ import annotations

import time
from typing import Final

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.engine_answers import EngineJSON
from runner.core.errors import NotFound
from runner.core.state import FieldValues
from runner.core.task import Task
from runner.kinds.container.options.lifecycle import signal_name
from runner.kinds.container.verbs.hooks import run_pre_stop
from runner.kinds.container.verbs.stop_timeout import stop_timeout

_KILLED: Final = 128 + 9
"""The exit code of a process ended by SIGKILL."""


def stop(task: Task, id: str, fields: FieldValues) -> None:
    """Run the pre_stop hooks of a container created with these fields, and stop it.

    Warns of a hook that failed, and if the engine had to kill the container after the stop timeout.
    """
    run_pre_stop(task, id, fields)
    period, started = stop_timeout(fields), time.monotonic()
    task.gateway.containers.stop(id, period)
    if not period or time.monotonic() - started < period or fields.get("state") == "paused":
        return
    try:
        inspect = task.gateway.containers.inspect(id)
    except NotFound:
        return
    if inspect["State"]["ExitCode"] == _KILLED and not inspect["State"].get("OOMKilled"):
        task.warn(was_killed(task, inspect, period))


def was_killed(task: Task, inspect: EngineJSON, period: float) -> Diagnostic:
    """Return the warning about a container that the engine had to kill after its stop timeout."""
    signal = signal_name(inspect["Config"].get("StopSignal"))
    message = f"{task.change.address} did not stop on {signal} within {period:g} s and was killed"
    help = f"handle {signal} in its program, or increase stop_grace_period"
    if not inspect["HostConfig"].get("Init"):
        help = f"set init: true for programs that do not handle {signal}; else {help}"
    span = task.change.desired.span if task.change.desired else None
    return Diagnostic("killed", message, span, help, severity=Severity.WARNING)

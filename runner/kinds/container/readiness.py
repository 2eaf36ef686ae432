"""When a container counts as working: healthy where it says so itself, else still running."""

from __future__ import annotations

import time
from collections.abc import Callable

from runner.core.errors import NotFound, StepFailed
from runner.core.gateway import Advance, EngineJSON, Gateway
from runner.core.state import Condition
from runner.core.task import Task

TAIL_LINES = 20
SETTLE = 1.0
"""Seconds that a replacement without a healthcheck must keep running before the old one goes."""

_HINT = "a container is meant to keep running; things that end are jobs"


def has_healthcheck(inspect: EngineJSON) -> bool:
    """Tell whether the engine reports health; Podman writes an empty status where it doesn't."""
    status = (inspect["State"].get("Health") or {}).get("Status")
    return status not in (None, "", "none")


def check_alive(gateway: Gateway, inspect: EngineJSON, *, fresh: bool) -> None:
    """Raise StepFailed for a container that has ended, or that keeps being started again."""
    state = inspect["State"]
    looping = state.get("Restarting") or (fresh and inspect.get("RestartCount", 0) > 0)
    if state["Running"] and not looping:
        return
    message = _ending("keeps restarting, last" if looping else "ended", state)
    raise StepFailed(message, help=_HINT, output=gateway.containers.tail(inspect["Id"], TAIL_LINES))


def _ending(what: str, state: EngineJSON) -> str:
    if state["Running"] and not state.get("Restarting"):
        return "keeps restarting"  # it is up again, and how it ended is no longer known
    if state.get("OOMKilled"):
        return f"{what} because it ran out of memory"
    error = f": {state['Error']}" if state.get("Error") else ""
    return f"{what} with exit code {state['ExitCode']}{error}"


def check_health(gateway: Gateway, inspect: EngineJSON) -> bool:
    """Tell whether it is healthy by now; StepFailed when it is known not to be."""
    health = inspect["State"]["Health"]
    # A pause makes it unhealthy until the next probe, though none has failed.
    if health["Status"] != "unhealthy" or not health.get("FailingStreak", 1):
        return bool(health["Status"] == "healthy")
    log = inspect["State"]["Health"].get("Log") or []
    answer = str(log[-1].get("Output", "")).strip() if log else ""
    message = f"is unhealthy: {answer.splitlines()[-1]}" if answer else "is unhealthy"
    raise StepFailed(message, output=gateway.containers.tail(inspect["Id"], TAIL_LINES))


def wait_until_working(task: Task, id: str, *, settle: float, fresh: bool) -> None:
    """Wait for health, or without a healthcheck until it has kept running for `settle` seconds."""
    gateway, started = task.gateway, time.monotonic()

    def working() -> bool:
        inspect = gateway.containers.inspect(id)
        check_alive(gateway, inspect, fresh=fresh)
        if not has_healthcheck(inspect):
            return time.monotonic() - started >= settle
        healthy = check_health(gateway, inspect)
        if not healthy:
            task.advance(Advance("until healthy"))
        return healthy

    _wait(task, id, working, "healthy", task.timeout, every=min(2.0, settle / 4 or 2.0))


def meet(task: Task, id: str, condition: Condition, timeout: float) -> None:
    """Wait until a container that others rest on meets their condition."""

    def met() -> bool:
        inspect = task.gateway.containers.inspect(id)
        check_alive(task.gateway, inspect, fresh=False)
        if condition is Condition.STARTED:
            return True
        if has_healthcheck(inspect):
            return check_health(task.gateway, inspect)
        if condition is Condition.STRONGEST:
            return True
        raise StepFailed("has no healthcheck", help="give it one, or wait for started")

    _wait(task, id, met, condition.value, timeout)


def _wait(task: Task, id: str, met: Callable[[], bool], what: str, timeout: float, every: float = 2.0) -> None:
    try:
        task.wait(id, met, what=what, timeout=timeout, every=every)
    except NotFound as error:
        raise StepFailed("was removed while it was waited for") from error

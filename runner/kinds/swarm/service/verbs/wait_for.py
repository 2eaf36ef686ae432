"""Wait until a service meets the condition of a dependant."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.core.errors import ProbeFailed, StepFailed, WaitTimeout
from runner.core.progress_update import ProgressUpdate
from runner.core.state import Condition, Resource
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.swarm.service.verbs.look import POLL, look
from runner.kinds.swarm.service.verbs.ready import ask_ready

if TYPE_CHECKING:
    from runner.core.task import Task
    from runner.kinds.container.declare.readiness_probe import Ready
    from runner.kinds.swarm.service.tasks import Service


def wait_for(task: Task, other: Resource | None, id: str, condition: Condition, timeout: float) -> None:
    """Wait until all tasks of a service run: they only do once they are healthy, if they have a health check."""
    since, answer = time.monotonic(), ""
    ready = _probe_of(other) if condition in (Condition.READY, Condition.BEST_AVAILABLE) else None

    def met() -> bool:
        nonlocal answer
        service = look(task.gateway, id, after=since)
        if condition is Condition.HEALTHY and not _may_have_check(service):
            raise StepFailed("has no healthcheck", help="add one, or wait for started", code="no-healthcheck")
        if len(service.running) < service.wanted:
            return False
        try:
            if ready:
                ask_ready(ready, task.gateway, service)
        except ProbeFailed as unmet:
            if answer != unmet.message:
                answer = unmet.message
                awaited = other.address if other else None
                task.report(ProgressUpdate("until ready", awaits="ready", of=awaited, answer=answer))
            return False
        return True

    try:
        task.wait(id, met, what=condition.value, timeout=timeout, every=POLL)
    except WaitTimeout as error:
        raise WaitTimeout(f"{error.message}: {answer}" if answer else error.message, help=error.help) from error


def _probe_of(resource: Resource | None) -> Ready | None:
    settings = resource.settings if resource else None
    return settings.ready if isinstance(settings, ContainerSettings) else None


def _may_have_check(service: Service) -> bool:
    """Return whether tasks may have a health check; what their image says isn't in the spec."""
    checks = service.spec["TaskTemplate"]["ContainerSpec"].get("Healthcheck") or {}
    return checks.get("Test") != ["NONE"]

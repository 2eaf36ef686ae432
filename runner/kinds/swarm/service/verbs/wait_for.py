"""Wait until a service meets the condition of a dependant."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.core.errors import StepFailed
from runner.core.state import Condition, Resource
from runner.kinds.swarm.service.verbs.look import POLL, look

if TYPE_CHECKING:
    from runner.core.task import Task


def wait_for(task: Task, _other: Resource | None, id: str, condition: Condition, timeout: float) -> None:
    """Wait until all tasks of a service run: they only do once they are healthy, if they have a health check."""
    since = time.monotonic()

    def met() -> bool:
        service = look(task.gateway, id, after=since)
        check = service.spec["TaskTemplate"]["ContainerSpec"].get("Healthcheck")
        if condition is Condition.HEALTHY and (not check or check.get("Test") == ["NONE"]):
            raise StepFailed("has no healthcheck", help="add one, or wait for started", code="no-healthcheck")
        return len(service.running) >= service.wanted

    task.wait(id, met, what=condition.value, timeout=timeout, every=POLL)

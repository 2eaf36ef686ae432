"""How the last run of a job ended: told by its task, as a service itself doesn't say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.core.health import Health
from runner.kinds.container.options.lifecycle import SUCCEEDED
from runner.kinds.swarm.service.tasks import ENDED, RUNNING

if TYPE_CHECKING:
    from runner.kinds.swarm.service.tasks import EngineTask, Service

NO_RUN: Final = {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 0}}
"""The mode of a job that is being removed."""


def last_task(service: Service) -> EngineTask | None:
    """Return the task that counts of the last run: one that is complete, else the newest.

    A task that is replaced, as its node was drained, has a later one; one that is complete must have none, but 28.5 may
    start more of them, without end (seen after a manager was demoted).
    """
    iteration = _iteration(service.document.get("JobStatus") or {})
    tasks = [task for task in service.tasks if _iteration(task) == iteration]
    return max(tasks, key=lambda task: (task["Status"]["State"] == "complete", str(task["CreatedAt"])), default=None)


def _iteration(document: EngineTask) -> int:
    """Return which run something belongs to: the first one has the number 0, which JSON leaves out."""
    return int((document.get("JobIteration") or {}).get("Index", 0))


def has_ended(task: EngineTask | None, service: Service) -> bool:
    """Return whether the run of a task is over; one on a node that is down never is heard of again."""
    return task is not None and (task["Status"]["State"] in ENDED or is_lost(task, service))


def is_lost(task: EngineTask, service: Service) -> bool:
    """Return whether a task was running on a node that went down."""
    return task["Status"]["State"] not in ENDED and bool(task.get("NodeID")) and task["NodeID"] not in service.up


def outcome_of(service: Service) -> str:
    """Return the state of a job in the words of one on an engine."""
    task = last_task(service)
    if service.spec.get("Mode") == NO_RUN:
        return "failed"
    if task is None or not has_ended(task, service):
        return RUNNING
    if task["Status"]["State"] == "complete":
        return SUCCEEDED
    code = exit_code(task)
    return f"failed (exit {code})" if code else "failed"


def health_of(service: Service) -> Health:
    """Return how a job fares."""
    task = last_task(service)
    since = task["Status"].get("Timestamp") if task else None
    return Health(outcome_of(service), since=since, exit_code=exit_code(task) if task else None)


def exit_code(task: EngineTask) -> int | None:
    """Return the code that the program of a task ended with; None if it never ran."""
    found = (task["Status"].get("ContainerStatus") or {}).get("ExitCode")
    return int(found) if found is not None else None

"""How a job of a swarm ended, told by its tasks."""

from __future__ import annotations

from typing import Any

from runner.kinds.swarm.job.outcome import outcome_of
from runner.kinds.swarm.service.tasks import Service


def task(second: int, state: str) -> dict[str, Any]:
    return {"CreatedAt": f"2026-11-30T20:50:{second:02}Z", "NodeID": "n1", "Status": {"State": state}}


def outcome(*tasks: dict[str, Any]) -> str:
    return outcome_of(Service({"JobStatus": {}, "Spec": {}}, tasks, frozenset({"n1"})))


def test_a_job_with_a_complete_task_has_succeeded_whatever_the_swarm_starts_then() -> None:
    assert outcome(task(1, "complete"), task(2, "running")) == "succeeded"
    assert outcome(task(1, "complete"), task(2, "failed")) == "succeeded"


def test_else_the_newest_task_counts() -> None:
    assert outcome(task(1, "failed"), task(2, "running")) == "running"
    assert outcome(task(2, "failed"), task(1, "shutdown")) == "failed"
    assert outcome() == "running"

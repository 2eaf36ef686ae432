"""Why the tasks of a service don't run: what the swarm says of one, where, with which exit code and last output."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from runner.core.errors import StepFailed
from runner.kinds.container.verbs.exits import exit_meaning
from runner.kinds.container.verbs.health import TAIL_LINES
from runner.kinds.swarm.service.tasks import FAILED, EngineTask
from runner.kinds.swarm.service.verbs.look import node_name

if TYPE_CHECKING:
    from runner.core.codes import Code
    from runner.core.gateway import Gateway

_ENDED: Final = (*FAILED, "complete")
"""States of tasks that ended by themselves: a service is to keep running, so that each of them has failed."""
_REASONS: Final = {
    "No such image": "push it to a registry that every node reaches, and log in to it; or correct its name",
    "bind source path does not exist": "create the folder on every node, or place the service where it is",
    "address already in use": "stop what has the port on that node, or publish another one",
    "no suitable node": "change place or limits, or add a node that fits",
}
"""Parts of what the swarm says, each with what helps."""


def failed_tasks(tasks: Iterable[EngineTask], known: frozenset[str]) -> list[EngineTask]:
    """Return the tasks that ended, but for those that are `known`; the last one first."""
    found = (task for task in tasks if task["ID"] not in known and task["Status"]["State"] in _ENDED)
    return sorted(found, key=lambda task: str(task["Status"].get("Timestamp", "")), reverse=True)


def waiting_for_node(tasks: Iterable[EngineTask]) -> str:
    """Return why no node takes a task; empty if each has one."""
    pending = (task["Status"] for task in tasks if task["Status"]["State"] == "pending" and not task.get("NodeID"))
    return next((str(status["Err"]) for status in pending if status.get("Err")), "")


def failure_of(gateway: Gateway, task: EngineTask, *, code: Code = "container-exited") -> StepFailed:
    """Return the error of a task that ended."""
    status = task["Status"]
    error, node = str(status.get("Err") or ""), node_name(gateway, task.get("NodeID") or "")
    exit_code = (status.get("ContainerStatus") or {}).get("ExitCode")
    message, help = exit_meaning(exit_code) if exit_code is not None and status["State"] != "rejected" else ("", None)
    if not message or (error and "non-zero exit" not in error):
        message = error or message or str(status["State"])
    output = gateway.swarm.tasks.last_lines(task["ID"], TAIL_LINES)
    return StepFailed(
        f"{message}, on {node}" if node else message,
        help=helping(error) or help,
        output=output,
        exit_code=exit_code or None,
        code=code,
    )


def helping(error: str) -> str | None:
    """Return what helps against something that the swarm says."""
    return next((help for part, help in _REASONS.items() if part in error), None)

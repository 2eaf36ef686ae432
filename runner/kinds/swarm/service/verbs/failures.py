"""Why the tasks of a service don't run: what the swarm says of one, where, with which exit code and last output."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Final

from runner.core.errors import StepFailed
from runner.kinds.container.verbs.exits import AS_A_JOB, exit_meaning
from runner.kinds.container.verbs.health import TAIL_LINES
from runner.kinds.swarm.service.tasks import FAILED
from runner.kinds.swarm.service.verbs.look import node_name

if TYPE_CHECKING:
    from runner.core.codes import Code
    from runner.core.gateway import Gateway
    from runner.kinds.swarm.service.tasks import EngineTask

_ENDED: Final = (*FAILED, "complete")
"""States of tasks that ended by themselves: a service is to keep running, so that each of them has failed."""
_REASONS: Final[dict[str, tuple[Code, str]]] = {
    "No such image": (
        "unreachable-image",
        "push it to a registry that every node reaches, and log in to it; or correct its name",
    ),
    "bind source path does not exist": (
        "mount-missing",
        "make the folder on every node, or say under place which nodes have it",
    ),
    "address already in use": ("port-taken", "stop what has the port on that node, or publish another one"),
    "port already in use": ("port-taken", "publish another port, or run fewer tasks: each needs a node of its own"),
    "no suitable node": ("no-suitable-node", "change place or limits, or add a node that fits"),
}
"""Parts of what the swarm says, each with its code and with what helps."""
_BY_EXIT_CODE: Final = "non-zero exit"
_UNHEALTHY: Final = "unhealthy container"


def failed_tasks(
    tasks: Iterable[EngineTask], known: Container[str] = (), lost: Container[str] = ()
) -> list[EngineTask]:
    """Return the tasks that ended, the last one first, but for `known` ones, and those on nodes that were `lost`."""
    found = (
        task
        for task in tasks
        if task["Status"]["State"] in _ENDED and task["ID"] not in known and task.get("NodeID") not in lost
    )
    return sorted(found, key=lambda task: str(task["Status"].get("Timestamp", "")), reverse=True)


def waiting_for_node(tasks: Iterable[EngineTask]) -> str:
    """Return why no node takes a task that is to run; empty if each has one."""
    waiting = (task["Status"] for task in tasks if task["Status"]["State"] == "pending" and not task.get("NodeID"))
    return next((str(status["Err"]) for status in waiting if status.get("Err")), "")


def failure_of(gateway: Gateway, task: EngineTask, *, code: Code | None = None) -> StepFailed:
    """Return the error of a task that ended: in the swarm's words, or by its exit code where that says more.

    Its code is the given one, or the one that says most.
    """
    status = task["Status"]
    error, node = str(status.get("Err") or ""), node_name(gateway, task.get("NodeID") or "")
    exit_code = (status.get("ContainerStatus") or {}).get("ExitCode")
    message, help, usual = _told(task, error, exit_code)
    return StepFailed(
        f"{message}, on {node}" if node else message,
        help=help,
        output=gateway.swarm.tasks.last_lines(task["ID"], TAIL_LINES),
        exit_code=exit_code or None,
        code=code or usual,
    )


def _told(task: EngineTask, error: str, exit_code: int | None) -> tuple[str, str | None, Code]:
    if found := reason(error):
        return (error.removeprefix("starting container failed: "), found[1], found[0])
    has_check = bool((task["Spec"]["ContainerSpec"].get("Healthcheck") or {}).get("Test"))
    if _UNHEALTHY in error or (has_check and task["Status"]["State"] == "complete"):
        # The agent stops it by a signal, and says no more (28.5).
        return "is unhealthy", "correct its healthcheck, or what answers it", "healthcheck-failed"
    if exit_code is not None and (not error or _BY_EXIT_CODE in error):
        message, help = exit_meaning(exit_code)
        return message, help if exit_code else AS_A_JOB, "container-exited"
    return error or str(task["Status"]["State"]), None, "container-exited"


def no_node(error: str) -> StepFailed:
    """Return the error of tasks that no node takes."""
    code, help = reason(error) or ("no-suitable-node", None)
    return StepFailed(f"can't be placed: {error}", help=help, code=code)


def reason(error: str) -> tuple[Code, str] | None:
    """Return the code of something that the swarm says, and what helps; None if it isn't known."""
    return next((found for part, found in _REASONS.items() if part in error), None)

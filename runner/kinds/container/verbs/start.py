"""Start a container; if a host port is taken, the error tells by whom."""

from __future__ import annotations

from runner.core.errors import Conflict
from runner.core.task import Task
from runner.kinds.container.host_ports import occupant_of_port

_PORTS = "ports"


def start(task: Task, id: str) -> None:
    """Start a container of the task's resource."""
    try:
        task.gateway.containers.start(id)
    except Conflict as error:
        if error.about is None or _PORTS not in error.about.keys:
            raise
        who = occupant_of_port(task.desired, task.gateway, id)
        if who is None:
            raise
        message = f"{error.message} by {who}"
        raise Conflict(message, help=error.help, about=error.about, detail=error.detail) from error

"""Who runs on a network that is to go: it is left to them, as Compose does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import EngineError
from runner.kinds.shared.describe import container_name

if TYPE_CHECKING:
    from runner.core.task import Task

_HELP = "remove them, or disconnect them with docker network disconnect; then destroy again"


def remove_if_unused(task: Task, remove: Callable[[], None]) -> str | None:
    """Remove a network; return its id, after a warning, if the engine refuses because of those who run on it."""
    try:
        remove()
    except EngineError as error:
        users = ", ".join(sorted(_users(task)))
        if "active endpoints" not in error.message or not users:
            raise
        name = task.observed.engine_name
        message = f'network "{name}" is left, since these run on it: {users}'
        task.warn(Diagnostic("network-in-use", message, help=_HELP, severity=Severity.WARNING))
        return task.observed.id
    return None


def _users(task: Task) -> Iterator[str]:
    for listed in task.gateway.containers.list():
        endpoints = ((listed.get("NetworkSettings") or {}).get("Networks") or {}).values()
        if any(one.get("NetworkID") == task.observed.id for one in endpoints):
            yield container_name(listed)

"""Replace a service: its name and mode can't be changed, so the old one goes before the new one is created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kinds.swarm.service.verbs.create import create
from runner.kinds.swarm.service.verbs.remove import delete

if TYPE_CHECKING:
    from runner.core.task import Task


def replace(task: Task) -> str:
    """Remove the service, and create it anew."""
    delete(task)
    return create(task)

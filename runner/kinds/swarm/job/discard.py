"""Remove the service of a job with its tasks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from runner.core.errors import NotFound
from runner.kinds.swarm.service.spec import restarted
from runner.kinds.swarm.service.verbs.look import POLL
from runner.kinds.swarm.service.verbs.write_over import write_over

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.kinds.swarm.service.tasks import EngineTask

NO_RUN: Final = {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 0}}
"""The mode of a job that is being removed."""
_MARKED: Final = 5.0
"""Seconds within which managers take note of it."""
_REMOVED: Final = "remove"


def discard(gateway: Gateway, id: str) -> None:
    """Remove a job's service; its task is about to end then.

    A manager of 20.10 forgets the tasks of a job whose service is removed: they run on, and their containers stay. It
    removes those of a former iteration; so there first is another one, of no task (tests/swarm/test_jobs.py).
    """
    swarm = gateway.swarm
    try:
        write_over(gateway, id, {**restarted(swarm.services.inspect(id)["Spec"]), "Mode": NO_RUN})
    except NotFound:
        return
    deadline = time.monotonic() + _MARKED
    while time.monotonic() < deadline and any(_is_left(task, id) for task in swarm.tasks.list()):
        time.sleep(POLL)
    swarm.services.remove(id)


def _is_left(task: EngineTask, id: str) -> bool:
    return task["ServiceID"] == id and task["DesiredState"] != _REMOVED

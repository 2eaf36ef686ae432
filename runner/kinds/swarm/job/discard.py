"""Remove the service of a job with its tasks."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from runner.core.errors import Conflict, NotFound, Rejected
from runner.kinds.swarm.job.outcome import NO_RUN
from runner.kinds.swarm.service.spec import restarted
from runner.kinds.swarm.service.tasks import ENDED
from runner.kinds.swarm.service.verbs.look import POLL
from runner.kinds.swarm.service.verbs.write_over import write_over

if TYPE_CHECKING:
    from runner.core.gateway import Gateway

_MARKED: Final = 5.0
"""Seconds within which managers take note of it."""
_REMOVED: Final = "remove"


def discard(gateway: Gateway, id: str) -> None:
    """Remove a job's service; its task is about to end then.

    A manager of 20.10 forgets the tasks of a job whose service is removed: those that run would run on. It ends those
    of a former iteration; so there first is another one, of no task (tests/swarm/test_jobs.py).
    """
    services = gateway.swarm.services
    with suppress(NotFound, Rejected, Conflict):  # also: what it refers to is gone
        if _runs_on(gateway, id):
            write_over(gateway, id, {**restarted(services.inspect(id)["Spec"]), "Mode": NO_RUN})
            deadline = time.monotonic() + _MARKED
            while _runs_on(gateway, id) and time.monotonic() < deadline:
                time.sleep(POLL)
    services.remove(id)


def _runs_on(gateway: Gateway, id: str) -> bool:
    """Return whether a job has tasks that haven't ended, nor are to."""
    return any(
        task["ServiceID"] == id and task["DesiredState"] != _REMOVED and task["Status"]["State"] not in ENDED
        for task in gateway.swarm.tasks.list()
    )

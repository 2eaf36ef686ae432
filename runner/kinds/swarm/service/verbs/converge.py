"""Wait until a service has converged: its tasks run, are of its present spec, and keep running on nodes that are up.

That the swarm says `completed` is no proof, as it says so of services whose tasks all crash.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from runner.core.errors import StepFailed
from runner.core.progress_update import ProgressUpdate
from runner.core.struct import MutableStruct
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.swarm.service.verbs.failures import failed_tasks, failure_of, helping, waiting_for_node
from runner.kinds.swarm.service.verbs.look import POLL, look

if TYPE_CHECKING:
    from runner.core.task import Task
    from runner.kinds.swarm.service.tasks import Service

_GRACE: Final = 2.0
"""Seconds for which no node may fit: one may be about to free what a task needs."""
_UNDER_WAY: Final = ("updating", "rollback_started")
_FIRST: Final = 0.05
"""Seconds until the second look: most tasks take longer, but some don't."""


class Convergence(MutableStruct):
    """The wait for one service."""

    task: Task
    id: str
    since: float
    """The moment of the monotonic clock at which its spec had been written."""
    settle: float
    """Seconds for which all of its tasks must have kept running."""
    known: frozenset[str] = frozenset()
    """The ids of tasks that had failed before."""
    running_since: float | None = None
    unplaced_since: float | None = None
    told: str = ""
    looks: int = 0

    def is_reached(self) -> bool:
        """Look once; StepFailed for what will never converge."""
        self.looks += 1
        service = look(self.task.gateway, self.id, after=self.since)
        self._check(service)
        now = time.monotonic()
        running, wanted = len(service.running), service.wanted
        if running < wanted or (wanted == 0 and service.is_global):
            self.running_since = None
            self._tell(f"{running} of {wanted} running")
            return False
        if self.running_since is None:
            self.running_since = now
        if now < self.running_since + self.settle:
            self._tell("being watched")
            return False
        return _status(service) not in _UNDER_WAY

    def until_next_look(self) -> float:
        """Return the seconds until the next look."""
        return _FIRST if self.looks < 3 else POLL

    def _check(self, service: Service) -> None:
        """Raise StepFailed if tasks ended, if no node fits, or if the swarm has given up."""
        failed = failed_tasks(service.current, self.known)
        if len(failed) > self._tolerated(service):
            raise failure_of(self.task.gateway, failed[0])
        if reason := waiting_for_node(service.current):
            self.unplaced_since = self.unplaced_since or time.monotonic()
            if time.monotonic() >= self.unplaced_since + _GRACE:
                raise StepFailed(f"runs nowhere: {reason}", help=helping(reason), code="step-failed")
        else:
            self.unplaced_since = None

    def _tolerated(self, service: Service) -> int:
        ratio = (service.spec.get("UpdateConfig") or {}).get("MaxFailureRatio", 0)
        return int(ratio * service.wanted)

    def _tell(self, phase: str) -> None:
        if phase != self.told:
            self.told = phase
            self.task.report(ProgressUpdate(phase, awaits="running"))


def _status(service: Service) -> str:
    return str((service.document.get("UpdateStatus") or {}).get("State", ""))


def converge(task: Task, id: str, *, since: float, settle: float, known: frozenset[str] = frozenset()) -> None:
    """Wait until a service has converged."""
    wait = Convergence(task, id, since, settle, known)
    policy = task.desired.settings_as(ContainerSettings).update
    limit = task.timeout if policy.timeout is None else policy.timeout
    task.wait(id, wait.is_reached, what="running", timeout=limit, every=wait.until_next_look, proof=True)

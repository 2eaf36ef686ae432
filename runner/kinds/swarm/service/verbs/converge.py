"""Wait until a service has converged: its tasks run, are of the spec that was written, and keep running.

That the swarm says `completed` is no proof, as it says so of services whose tasks all crash.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from runner.core.errors import ProbeFailed, StepFailed, WaitTimeout
from runner.core.progress_update import ProgressUpdate
from runner.core.struct import MutableStruct, field, replace
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.swarm.service.verbs.failures import failed_tasks, failure_of, no_node, waiting_for_node
from runner.kinds.swarm.service.verbs.look import POLL, look
from runner.kinds.swarm.service.verbs.ready import ask_ready
from runner.kinds.swarm.service.verbs.write_over import roll_anew

if TYPE_CHECKING:
    from runner.core.task import Task
    from runner.kinds.container.declare.readiness_probe import Ready
    from runner.kinds.swarm.service.tasks import Service

_GRACE: Final = 2.0
"""Seconds for which no node may fit once no task of the service is stopping: others may be about to free something."""
_FIRST: Final = 0.05
"""Seconds until the second look: most tasks take longer, but some don't."""
_GIVEN_UP: Final = ("paused", "rollback_started", "rollback_completed", "rollback_paused")
"""What the swarm says of an update that it has given up."""


class Convergence(MutableStruct):
    """The wait for one service."""

    task: Task
    id: str
    spec: Mapping[str, Any]
    """The spec that was written, as the manager keeps it."""
    since: float
    """The moment of the monotonic clock at which it had been written."""
    settle: float = 0.0
    """Seconds for which all of its tasks must have kept running."""
    known: frozenset[str] = frozenset()
    """The ids of tasks that had failed before."""
    running_since: float | None = None
    unplaced_since: float | None = None
    lost: set[str] = field(default_factory=set)
    """The ids of nodes that went down meanwhile: what fails there says nothing about the spec."""
    stranded: frozenset[str] = frozenset()
    """The ids of tasks on such nodes that the swarm would wait for, and no longer does."""
    is_quiet: bool = False
    """True if nothing is reported: a run that is cancelled can't."""
    ready: Ready | None = None
    """The probe that its tasks must pass."""
    answer: str = ""
    told: str = ""
    looks: int = 0

    def is_reached(self) -> bool:
        """Look once; StepFailed for what will never converge."""
        self.looks += 1
        service = look(self.task.gateway, self.id, after=self.since)
        self._check(service)
        running, wanted = len(service.running), service.wanted
        if running < wanted or service.has_others or (service.is_global and not wanted):
            self.running_since = None
            self._free_roll(service)
            self._tell(f"{running} of {wanted} running{', former ones, too' if service.has_others else ''}")
            return False
        if self.running_since is None:
            self.running_since = time.monotonic()
        if not self._is_ready(service):
            return False
        if not self._is_proved and time.monotonic() < self.running_since + self.settle:
            self._tell("being watched")
            return False
        return True

    def until_next_look(self) -> float:
        """Return the seconds until the next look."""
        if self.answer and self.ready:
            return max(self.ready.interval, _FIRST)
        return _FIRST if self.looks <= 1 else POLL

    @property
    def _is_proved(self) -> bool:
        """True if nothing has to settle: it is ready, or its tasks run only because they are healthy."""
        checks = (self.spec["TaskTemplate"]["ContainerSpec"].get("Healthcheck") or {}).get("Test") or ["NONE"]
        return self.ready is not None or checks != ["NONE"]

    def _is_ready(self, service: Service) -> bool:
        """Ask its readiness probe; True without one."""
        if self.ready is None:
            return True
        try:
            ask_ready(self.ready, self.task.gateway, service)
        except ProbeFailed as unmet:
            self.answer = unmet.message
            self._tell("until ready", answer=unmet.message)
            return False
        return True

    def _check(self, service: Service) -> None:
        """Raise StepFailed if tasks ended, if no node fits, or if the swarm or somebody else has ended the update."""
        self.lost |= {task.get("NodeID", "") for task in service.tasks} - service.up
        written = _with_spec(service, self.spec)
        failed = failed_tasks(written.current, self.known, self.lost)
        has_given_up = service.update_state in _GIVEN_UP
        if len(failed) > self._tolerated(service) or (failed and has_given_up):
            raise failure_of(self.task.gateway, failed[0])
        if has_given_up:
            message = str(service.document["UpdateStatus"].get("Message") or service.update_state)
            raise StepFailed(f"was given up by the swarm: {message}", code="step-failed")
        if _restarts(service.spec) != _restarts(self.spec):
            help = "see that nobody else changes it, and apply again"
            raise StepFailed("was changed by somebody else meanwhile", help=help, code="changed-meanwhile")
        if (reason := waiting_for_node(written.current)) and not service.has_stopping:
            self.unplaced_since = self.unplaced_since or time.monotonic()
            if time.monotonic() >= self.unplaced_since + _GRACE:
                raise no_node(reason)
        else:
            self.unplaced_since = None

    def _free_roll(self, service: Service) -> None:
        """Have the swarm roll on that waits for tasks on nodes that went down."""
        if service.stranded - self.stranded:
            self.stranded |= service.stranded
            roll_anew(self.task.gateway, self.id, service.spec)

    def _tolerated(self, service: Service) -> int:
        ratio = (self.spec.get("UpdateConfig") or {}).get("MaxFailureRatio", 0)
        return int(ratio * service.wanted)

    def _tell(self, phase: str, *, answer: str | None = None) -> None:
        told = f"{phase}: {answer}" if answer else phase
        if told != self.told and not self.is_quiet:
            self.task.report(ProgressUpdate(phase, awaits="ready" if answer else "running", answer=answer))
        self.told = told


def _with_spec(service: Service, spec: Mapping[str, Any]) -> Service:
    return replace(service, document={**service.document, "Spec": spec})


def _restarts(spec: Mapping[str, Any]) -> object:
    return spec["TaskTemplate"], spec.get("Mode"), (spec.get("EndpointSpec") or {}).get("Ports")


def converge(wait: Convergence) -> None:
    """Wait until a service has converged."""
    task, settings = wait.task, wait.task.desired.settings_as(ContainerSettings)
    policy, wait.ready = settings.update, settings.ready
    limits = {
        "update.timeout": policy.timeout if task.change.observed else None,
        "ready.timeout": wait.ready.timeout if wait.ready else None,
        "--timeout": task.timeout,
    }
    setter, limit = next((setter, limit) for setter, limit in limits.items() if limit is not None)
    try:
        task.wait(wait.id, wait.is_reached, what="running", timeout=limit, every=wait.until_next_look, proof=True)
    except WaitTimeout as error:
        raise WaitTimeout(f"{error.message}: {wait.told}", help=f"increase {setter}") from error

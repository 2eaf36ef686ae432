"""When a container counts as working: healthy and ready if it has such checks, else still running."""

from __future__ import annotations

import time
from collections.abc import Callable

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.engine_answers import EngineJSON
from runner.core.errors import Conflict, NotFound, ProbeFailed, StepFailed, WaitTimeout
from runner.core.gateway import Gateway
from runner.core.progress_update import ProgressUpdate
from runner.core.state import Condition, Resource
from runner.core.struct import MutableStruct, replace
from runner.core.task import Pace, Task
from runner.kinds.container.completion import has_completed, may_complete
from runner.kinds.container.declare.readiness_probe import Ready, ask_ready
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.container.verbs.exits import AS_A_JOB, failed_exit
from runner.kinds.container.verbs.health import TAIL_LINES, Health, has_healthcheck, last_answer
from runner.kinds.container.verbs.settling import Settling

_ENDS_WELL = "it may complete, but by itself and with exit code 0"
_REFUSED_SECONDS = 2.0
"""Seconds that a container may be unreachable before a warning: most begin to listen sooner."""
_WATCHED = ProgressUpdate("being watched", awaits="settled")
_SETTLED = ProgressUpdate("is running", done=True, awaits="settled")
_COMPLETED = ProgressUpdate("has completed", done=True)
_FOR_ALL = "--timeout"
"""The option that sets the timeout of every wait without one of its own."""


def check_running(gateway: Gateway, inspect: EngineJSON, resource: Resource | None, *, fresh: bool) -> bool:
    """Return whether a container runs, False if it has completed as it may.

    StepFailed for any other that has exited, and for one that keeps restarting.
    """
    state = inspect["State"]
    looping = state.get("Restarting") or (fresh and inspect.get("RestartCount", 0) > 0)
    if state["Running"] and not looping:
        return True
    if has_completed(gateway, inspect, resource):
        return False
    help = _ENDS_WELL if may_complete(resource) else AS_A_JOB
    raise failed_exit(gateway, inspect, is_looping=bool(looping), help=help)


def wait_ready(task: Task, id: str, *, settle: float, fresh: bool, timeout: float | None = None) -> None:
    """Wait until a container is healthy and ready; without such checks, until it has kept running for `settle` seconds.

    One that completes meanwhile, as it may, is waited for no longer. Waits for at most `timeout` seconds; None uses the
    timeout of `ready`, else the run's own.
    """
    ready = _probe_of(task.desired)
    settling, health, progress = Settling(task, time.monotonic(), settle), Health(task), _Progress(task)
    asked = _ReadinessCheck(task, ready, progress)

    def working() -> bool:
        inspect = task.gateway.containers.inspect(id)
        if not check_running(task.gateway, inspect, task.desired, fresh=fresh):
            task.report(_COMPLETED)
            return True
        if ready is None and not has_healthcheck(inspect):
            has_settled = settling.is_over(inspect)
            if has_settled and not _has_to_settle(task):
                task.report(_SETTLED)
            else:
                progress.tell(_WATCHED)
            return has_settled
        if has_healthcheck(inspect) and not health.is_good(inspect):
            progress.tell(ProgressUpdate(health.phase, awaits="healthy", answer=last_answer(inspect)))
            return False
        if not asked.is_ready(inspect):
            return False
        # It counts as ready only after the check at the end of the run.
        task.report(ProgressUpdate(f"is {what}", done=True, awaits=what))
        return True

    what = "ready" if ready else "healthy"
    limits = {"update.timeout": timeout, "ready.timeout": ready.timeout if ready else None, _FOR_ALL: task.timeout}
    setter, limit = next((setter, limit) for setter, limit in limits.items() if limit is not None)
    every = ready.interval if ready else settling.until_next_look
    _wait(asked, id, working, what, limit, every, setter, proof=True)


def keep_running(task: Task, id: str, *, since: float, settle: float) -> None:
    """Wait until a container has kept running for `settle` seconds from `since`; StepFailed if it hasn't.

    A container with a health check or `ready` doesn't wait: it was proved to work by these.
    """

    def has_settled() -> bool:
        inspect = task.gateway.containers.inspect(id)
        if not check_running(task.gateway, inspect, task.desired, fresh=True):
            task.report(_COMPLETED)
            return True
        if _probe_of(task.desired) is None and not has_healthcheck(inspect):
            if not settling.is_over(inspect):
                progress.tell(_WATCHED)
                return False
            task.report(_SETTLED)
        return True

    settling, progress = Settling(task, since, settle), _Progress(task)
    try:
        task.wait(
            id, has_settled, what="settled", timeout=settle + task.timeout, every=settling.until_next_look, proof=True
        )
    except NotFound as error:
        raise StepFailed("was removed during the run", code="removed-meanwhile") from error


class _Progress(MutableStruct):
    """Tells what is waited for, of one container, whenever that changes."""

    task: Task
    of: Address | None = None
    """The container, if it isn't the task's own."""
    told: ProgressUpdate | None = None

    def tell(self, update: ProgressUpdate) -> None:
        """Report an update, unless it was the last one."""
        if update != self.told:
            self.told = update
            self.task.report(replace(update, of=self.of))


class _ReadinessCheck(MutableStruct):
    """Runs the readiness probe of a container, and remembers why it last failed."""

    task: Task
    ready: Ready | None
    progress: _Progress
    answer: str = ""
    help: str | None = None
    """The possible cause, if it isn't the container's own."""
    refused_since: float | None = None
    has_warned: bool = False

    def is_ready(self, inspect: EngineJSON) -> bool:
        """Probe once; True without a probe."""
        if self.ready is None:
            return True
        try:
            ask_ready(self.ready, self.task.gateway, inspect)
        except Conflict:  # engines run no probe in a container that has ended meanwhile
            gateway, again = self.task.gateway, self.task.gateway.containers.inspect(inspect["Id"])
            check_running(gateway, again, self.task.desired, fresh=False)
            raise
        except ProbeFailed as unmet:
            self.answer, self.help = unmet.message, unmet.help
            self.progress.tell(ProgressUpdate("until ready", awaits="ready", answer=unmet.message))
            self._warn_if_unreachable(str(inspect["Name"]).lstrip("/"))
            return False
        return True

    def _warn_if_unreachable(self, name: str) -> None:
        """Warn once, early in the wait, which addresses were tried, if possibly none will ever reach the container."""
        now = time.monotonic()
        self.refused_since = now if self.refused_since is None else self.refused_since
        if self.help and not self.has_warned and now >= self.refused_since + _REFUSED_SECONDS:
            self.has_warned = True
            message = f"{name} is not reachable yet: {self.answer}"
            span = self.task.desired.span
            self.task.warn(Diagnostic("not-reachable", message, span, self.help, severity=Severity.WARNING))


def _has_to_settle(task: Task) -> bool:
    settings = task.desired.settings
    return isinstance(settings, ContainerSettings) and settings.update.settle > 0


def _probe_of(resource: Resource) -> Ready | None:
    settings = resource.settings
    return settings.ready if isinstance(settings, ContainerSettings) else None


def wait_for(task: Task, other: Resource | None, id: str, condition: Condition, timeout: float) -> None:
    """Wait until a container meets the condition of its dependents."""
    health, progress = Health(task), _Progress(task, other.address if other else None)
    asked = _ReadinessCheck(task, _probe_of(other) if other else None, progress)

    def met() -> bool:
        inspect = task.gateway.containers.inspect(id)
        is_running = check_running(task.gateway, inspect, other, fresh=False)
        match condition:
            case Condition.STARTED:
                return True
            case Condition.READY:
                return asked.is_ready(inspect)
            case Condition.BEST_AVAILABLE if asked.ready is not None:
                return asked.is_ready(inspect)
            case Condition.BEST_AVAILABLE if not has_healthcheck(inspect):
                return True
        if has_healthcheck(inspect) and not is_running:
            raise StepFailed("completed and is not healthy", help="wait for started", code="container-exited")
        if has_healthcheck(inspect):
            is_good = health.is_good(inspect)
            if not is_good:
                progress.tell(ProgressUpdate(health.phase, awaits="healthy", answer=last_answer(inspect)))
            return is_good
        raise StepFailed("has no healthcheck", help="add one, or wait for started", code="no-healthcheck")

    every = asked.ready.interval if asked.ready else 2.0
    setter = _FOR_ALL if timeout == task.timeout else "the timeout of depends_on"
    _wait(asked, id, met, condition.value, timeout, every, setter)


def _wait(
    asked: _ReadinessCheck,
    id: str,
    met: Callable[[], bool],
    what: str,
    timeout: float,
    every: Pace,
    setter: str,
    *,
    proof: bool = False,
) -> None:
    """Wait; a timeout is reported with the last probe result, the last output, and the setting that it comes from."""
    task = asked.task
    try:
        task.wait(id, met, what=what, timeout=timeout, every=every, proof=proof)
    except NotFound as error:
        raise StepFailed("was removed while waiting for it", code="removed-meanwhile") from error
    except WaitTimeout as error:
        message, help = error.message, f"increase {setter}"
        if asked.answer:
            message = f"{message}: {asked.answer}"
            help = asked.help or f"correct ready, or what answers it; if it only needs longer, {help}"
        output = task.gateway.containers.last_lines(id, TAIL_LINES)
        raise WaitTimeout(message, help=help, output=output) from error

"""One attempt at a job on a swarm: a service of its own, whose task is followed to its end."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from runner.core.errors import Cancelled, EngineError, NotFound, RunnerError, StepFailed, WaitTimeout
from runner.core.resource_state import State
from runner.kinds.container.verbs.health import TAIL_LINES
from runner.kinds.job.log_stream import Output
from runner.kinds.job.past_run import record, supersede
from runner.kinds.job.settings import JobSettings
from runner.kinds.swarm.job.discard import discard
from runner.kinds.swarm.job.options import FIELDS, GRANTS, TABLE
from runner.kinds.swarm.job.outcome import has_ended, is_lost, last_task
from runner.kinds.swarm.service.spec import check_kept, new_spec
from runner.kinds.swarm.service.tasks import RUNNING
from runner.kinds.swarm.service.verbs.failures import failure_of, no_node, waiting_for_node
from runner.kinds.swarm.service.verbs.look import POLL, look, node_name, wait_until_gone
from runner.resource.labels import owned_address

if TYPE_CHECKING:
    from runner.core.task import Task
    from runner.kinds.swarm.service.tasks import EngineTask, Service

_MODE: Final = {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}}
_ONCE: Final = {"Condition": "none"}
"""The restart policy: the swarm would try again for ever, without a pause that grows."""
_GRACE: Final = 2.0
"""Seconds for which no node may fit: one may be about to free what the task needs."""


def run(task: Task) -> str:
    """Create a service, in place of a former attempt, and follow it to its end; return its id."""
    swarm, spec = task.gateway.swarm, new_spec(task, TABLE)
    remove_attempt(task)
    spec["Mode"] = _MODE
    spec["TaskTemplate"]["RestartPolicy"] = _ONCE
    id = swarm.services.create(spec)
    task.on_rollback(partial(discard, task.gateway, id))
    try:
        check_kept(task, task.gateway.swarm.services.inspect(id), FIELDS)
    except RunnerError:
        discard(task.gateway, id)
        raise
    supersede(task, swarm.records)
    task.set_state(State.STARTING, id=id)
    return follow_to_end(task, id)


def remove_attempt(task: Task) -> None:
    """Remove what has the job's name, if it is the job's."""
    try:
        found = task.gateway.swarm.services.inspect(task.desired.engine_name)
    except NotFound:
        return
    if owned_address(found["Spec"].get("Labels") or {}, task.workflow) == task.desired.address:
        remove(task, found["ID"])


def remove(task: Task, id: str) -> None:
    """Remove a job's service, and wait until its task has ended: it must never run twice at a time."""
    discard(task.gateway, id)
    wait_until_gone(task, id)


def follow_to_end(task: Task, id: str) -> str:
    """Report the output of a running attempt until it ends, and record it; StepFailed unless it completes."""
    watch = _Watch(task, id)
    try:
        service = _wait_for_end(task, watch)
    finally:
        watch.finish()
    ended = last_task(service)
    assert ended is not None
    if ended["Status"]["State"] != "complete":
        raise _failure(task, service, ended)
    return save(task, service)


def save(task: Task, service: Service) -> str:
    """Record a successful run, for when its service is removed by hand."""
    ended = last_task(service)
    finished = str(ended["Status"].get("Timestamp", "")) if ended else ""
    spec, store = service.spec, task.gateway.swarm.records
    image = str(spec["TaskTemplate"]["ContainerSpec"]["Image"])
    granted = {row.name: row.bind.read(spec) for row in FIELDS if row.name in GRANTS}
    return record(store, task, service.document["ID"], spec["Labels"], image=image, finished=finished, granted=granted)


def _failure(task: Task, service: Service, ended: EngineTask) -> StepFailed:
    if is_lost(ended, service):
        node = node_name(task.gateway, ended["NodeID"])
        return StepFailed(f"{node} went down while it ran", help="apply again", code="job-failed")
    return failure_of(task.gateway, ended, code="job-failed")


class _Watch:
    """Looks at an attempt again and again, tells its states, and reports its output."""

    def __init__(self, task: Task, id: str) -> None:
        self.id = id
        self.service: Service | None = None
        self._task = task
        self._began = time.monotonic()
        self._unplaced: float | None = None
        self._output: Output | None = None
        self._is_running = False

    def has_ended(self) -> bool:
        """Look once; StepFailed for a task that no node takes."""
        self.service = look(self._task.gateway, self.id, after=self._began)
        found = last_task(self.service)
        self._check_place()
        if found is not None:
            self._tell(found)
        return has_ended(found, self.service)

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines of the output so far."""
        found = last_task(self.service) if self.service else None
        return self._task.gateway.swarm.tasks.last_lines(found["ID"], TAIL_LINES) if found else ()

    def finish(self) -> None:
        """Report what is left of the output."""
        if self._output is not None:
            self._output.finish()

    def _tell(self, found: EngineTask) -> None:
        if self._output is None:
            tasks, id = self._task.gateway.swarm.tasks, found["ID"]
            self._output = Output(self._task, lambda follow: tasks.log_lines(id, follow=follow), ends=False)
        if not self._is_running and found["Status"]["State"] == RUNNING:
            self._is_running = True
            self._task.set_state(State.RUNNING, id=self.id)

    def _check_place(self) -> None:
        assert self.service is not None
        reason = waiting_for_node(self.service.tasks)
        now = time.monotonic()
        self._unplaced = (self._unplaced or now) if reason else None
        if self._unplaced is not None and now >= self._unplaced + _GRACE:
            raise no_node(reason)


def _wait_for_end(task: Task, watch: _Watch) -> Service:
    """Wait until the task has ended; where it doesn't, remove its service and raise the reason."""
    limit = task.desired.settings_as(JobSettings).timeout or task.timeout
    try:
        task.wait(watch.id, watch.has_ended, what="completed", timeout=limit, every=POLL)
    except WaitTimeout as late:
        tail = watch.last_lines()
        task.set_state(State.STOPPING, id=watch.id)
        remove(task, watch.id)
        message = f"not completed within {limit:g} s and stopped"
        raise StepFailed(message, help="increase timeout", output=tail, code="job-timeout") from late
    except (Cancelled, StepFailed):
        task.set_state(State.STOPPING, id=watch.id)
        with suppress(EngineError):
            discard(task.gateway, watch.id)
        raise
    assert watch.service is not None
    return watch.service

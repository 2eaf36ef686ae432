"""Execute a plan: each step as soon as its dependencies are done, with limited parallelism.

All events are emitted by the run's own thread, in the order in which they happened; operations work in worker threads
and send messages.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from runner.core.engine_answers import EngineEvent
from runner.core.errors import RunnerError
from runner.core.event import DiagnosticEvent, Event, PlanChange
from runner.core.gateway import Gateway
from runner.core.plan import Plan
from runner.core.state import Resource
from runner.engine.atomic import commit_or_undo
from runner.engine.check_runner import run_checks, skip_checks
from runner.engine.event_watcher import Watcher
from runner.engine.inbox import arrived, receive
from runner.engine.scheduler import Schedule
from runner.engine.slots import Slots
from runner.engine.step_worker import run_step, settle, verify
from runner.engine.task import CancelRequested, Message, RunContext
from runner.engine.undo_log import UndoLog
from runner.engine.workers import Workers
from runner.resource.kind import Catalog

_MOST_THREADS = 128


class Run:
    """One execution of a plan: an iterator of events, cancellable from another thread."""

    def __init__(
        self,
        plan: Plan,
        gateway: Gateway,
        catalog: Catalog,
        *,
        events: Callable[[], Iterator[EngineEvent]],
        parallel: int,
        timeout: float,
        ask: Callable[[Gateway, Resource], None],
        tidy: Callable[[Gateway, str, frozenset[str]], None] | None = None,
    ) -> None:
        """Prepare to execute a plan, and to run its checks at the end with `ask`; `events` subscribes to its things.

        `tidy` removes what the steps have put out of use, but for the given ids.
        """
        watcher = Watcher(events)
        slots, undo_log = Slots(parallel), UndoLog(plan.atomic)
        self._shared = RunContext(plan, gateway, catalog, watcher, timeout, slots, undo_log)
        self._parallel = parallel
        self._ask = partial(ask, gateway)
        self._tidy = partial(tidy, gateway, plan.workflow) if tidy else None

    def cancel(self, why: str = "interrupted") -> None:
        """Start no more steps; those in flight are finished or undone."""
        self._shared.watcher.cancel(why)
        self._shared.outbox.put(CancelRequested(why))

    def set_rollback_guard(self, objection: Callable[[], RunnerError | None]) -> None:
        """Set a guard that an atomic run calls before each rollback; an error it returns prevents the rollback."""
        self._shared.undo_log.objection = objection

    def events(self) -> Iterator[Event]:
        """Execute the plan; the last event has the result."""
        started, plan = time.monotonic(), self._shared.plan
        for change in plan.pending:
            yield PlanChange(change.address, change.action, change.verb, change.reasons, change.diff)
        yield from map(DiagnosticEvent, plan.warnings)
        schedule = Schedule(self._shared)
        yield from schedule.begin()
        if plan.steps or plan.checks:
            self._shared.watcher.start()
            workers = Workers(min(len(plan.steps) + self._parallel, _MOST_THREADS), "step")
            watchers = Workers(_MOST_THREADS, "settle")  # so that no step waits for one that settles
            try:
                yield from self._work(schedule, workers, watchers)
            finally:  # also if the events are no longer consumed: what is in flight then ends soon
                self._shared.watcher.close()
                workers.close()
                watchers.close()
        yield schedule.finished(int((time.monotonic() - started) * 1000))

    def _work(self, schedule: Schedule, workers: Workers, watchers: Workers) -> Iterator[Event]:
        while schedule.is_busy:
            for step in schedule.due():
                workers.submit(run_step, self._shared, step)
            for made in schedule.unsettled():
                watchers.submit(settle, self._shared, *made)
            assert schedule.working or schedule.settling, "steps that wait for each other"
            yield from schedule.handle(receive(self._shared.outbox))
        if schedule.failed_at is None:
            yield from self._last_look(schedule, workers)
        yield from schedule.count_checks(self._check(schedule))
        for message in arrived(self._shared.outbox):
            yield from schedule.handle(message)
        if self._shared.undo_log.is_atomic:
            yield from commit_or_undo(schedule)
        if self._tidy and self._shared.plan.steps and self._shared.undo_log.objection() is None:
            self._tidy(frozenset(attributes["id"] for attributes in self._shared.attributes.values()))

    def _check(self, schedule: Schedule) -> Iterator[Message]:
        checks, obstacle, shared = self._shared.plan.checks, schedule.skip_reason, self._shared
        if obstacle is None:
            return run_checks(checks, self._ask, lambda: shared.watcher.is_cancelled, shared.outbox)
        return skip_checks(checks, *obstacle)

    def _last_look(self, schedule: Schedule, workers: Workers) -> Iterator[Event]:
        """Verify everything that has to keep working once more."""
        for step, id in schedule.to_confirm.values():
            workers.submit(verify, self._shared, step, id)
        while schedule.to_confirm:
            yield from schedule.handle(receive(self._shared.outbox))

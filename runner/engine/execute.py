"""Carry out a plan: every step as soon as those before it are done, so many at a time.

Everything that is told to the outside is told by the run's own thread, in the order in which it
happened; verbs work in threads of their own and send messages.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore

from runner.core.address import Address
from runner.core.errors import Cancelled, EngineError, RolledBack, RunnerError, StepFailed
from runner.core.event import Event, PlanChange, RunFinished, State
from runner.core.gateway import Gateway
from runner.core.plan import Action, Half, Plan, Step
from runner.core.state import Condition, Dependency
from runner.core.values import Marker
from runner.engine.progress import Progress
from runner.engine.task import Confirmed, Ended, Entered, Message, RunTask, Shared, carry_out
from runner.engine.watch import Watcher
from runner.resource.diff import diff_fields
from runner.resource.kind import Catalog
from runner.resource.labels import WORKFLOW

_MOST_THREADS = 128
_LAST_LOOK = 0.3
"""Seconds that the newest thing has run at least when it is looked at once more."""

_EXIT_CODES = {"succeeded": 0, "failed": 1, "rolled_back": 5, "cancelled": 130}


class Run:
    """One execution of a plan: an iterator of events, and a way to interrupt it from elsewhere."""

    def __init__(self, plan: Plan, gateway: Gateway, catalog: Catalog, *, parallel: int, timeout: float) -> None:
        watcher = Watcher(gateway, f"{WORKFLOW}={plan.workflow}")
        self._shared = Shared(plan, gateway, catalog, watcher, timeout, BoundedSemaphore(parallel))
        self._parallel = parallel

    def cancel(self) -> None:
        """Begin no more steps; what is in flight is finished or undone."""
        self._shared.watcher.cancel()
        self._shared.outbox.put(_CANCEL)

    def events(self) -> Iterator[Event]:
        """Carry the plan out; the last event says how it ended."""
        started, plan = time.monotonic(), self._shared.plan
        for change in plan.pending:
            yield PlanChange(change.address, change.action, change.verb, change.reasons, change.diff)
        schedule = _Schedule(self._shared)
        yield from schedule.begin()
        if plan.steps:
            self._shared.watcher.start()
            workers = ThreadPoolExecutor(min(len(plan.steps) + self._parallel, _MOST_THREADS), "step")
            try:
                yield from self._work(schedule, workers)
            finally:  # also when nobody listens any more: what is in flight then ends soon
                self._shared.watcher.close()
                workers.shutdown(wait=False, cancel_futures=True)
        yield schedule.finished(int((time.monotonic() - started) * 1000))

    def _work(self, schedule: _Schedule, workers: ThreadPoolExecutor) -> Iterator[Event]:
        while schedule.is_busy:
            for step in schedule.due():
                workers.submit(_perform, self._shared, step)
            assert schedule.working, "steps that wait for each other"
            yield from schedule.take(self._shared.outbox.get())
        yield from self._last_look(schedule, workers)

    def _last_look(self, schedule: _Schedule, workers: ThreadPoolExecutor) -> Iterator[Event]:
        """Look once more at everything that has to keep working."""
        if schedule.to_confirm and not self._shared.watcher.is_cancelled:
            time.sleep(max(0.0, schedule.last_started + _LAST_LOOK - time.monotonic()))
        for step, id in schedule.to_confirm.values():
            workers.submit(_confirm, self._shared, step, id)
        while schedule.to_confirm:
            yield from schedule.take(self._shared.outbox.get())


_CANCEL = Confirmed(Address("", ""))
"""Wakes the run's thread when it is interrupted."""


@dataclass(slots=True)
class _Schedule:
    """What is done, what is due, and what never will be. Only the run's own thread touches it."""

    shared: Shared
    progress: Progress = field(init=False)
    waiting: dict[int, Step] = field(init=False)
    working: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    running: set[Address] = field(default_factory=set)
    to_confirm: dict[Address, tuple[Step, str]] = field(default_factory=dict)
    last_started: float = 0.0

    def __post_init__(self) -> None:
        plan = self.shared.plan
        self.progress = Progress.of(plan.changes)
        self.waiting = {step.number: step for step in plan.steps}
        for change in plan.changes:
            if change.observed is not None:
                self.shared.attributes[change.address] = change.observed.attributes

    @property
    def is_busy(self) -> bool:
        """True while a step is at work or still to come."""
        return bool(self.waiting or self.working)

    def begin(self) -> Iterator[Event]:
        """Say of everything that stays as it is that it does, and what the others wait for."""
        steps = self.shared.plan.steps
        for change in self.shared.plan.changes:
            if change.action is Action.NOOP:
                yield from self._move(change.address, State.UNCHANGED)
        for step in steps:
            if step.needs and self.progress.state(step.change.address) is State.PENDING:
                last = steps[max(step.needs)].change.address
                yield from self._move(step.change.address, State.WAITING, cause=str(last))

    def due(self) -> list[Step]:
        """Take out the steps that can begin now."""
        due = [s for s in self.waiting.values() if all(self._is_met(s, number) for number in s.needs - self.ended)]
        for step in due:
            del self.waiting[step.number]
            self.working.add(step.number)
        return due

    def _is_met(self, step: Step, number: int) -> bool:
        """Tell whether a step that has not ended yet is far enough: for some dependants its start is."""
        before = self.shared.plan.steps[number]
        condition = _condition(step, before)
        return condition is not None and _needs_only_start(condition) and before.change.address in self.running

    def take(self, message: Message) -> Iterator[Event]:
        """Take in what a worker says, and tell what follows from it."""
        if message is _CANCEL:
            yield from self._give_up()
        elif isinstance(message, Entered):
            yield from self._entered(message)
        elif isinstance(message, Ended):
            yield from self._end(message)
        elif isinstance(message, Confirmed):
            del self.to_confirm[message.address]
            yield from self._conclude(message.address, State.READY, message.error)
        else:
            yield message

    def _entered(self, message: Entered) -> Iterator[Event]:
        if message.state is State.RUNNING:
            self.running.add(message.address)
            if message.id is not None:
                self._remember(message.address, message.id)
            self.last_started = time.monotonic()
        yield from self._move(message.address, message.state, cause=message.cause, id=message.id)

    def _end(self, message: Ended) -> Iterator[Event]:
        step, address = message.step, message.step.change.address
        self.working.discard(step.number)
        if message.error is not None:
            yield from self._conclude(address, State.FAILED, message.error)
            yield from self._skip_dependants(step)
            return
        self.ended.add(step.number)
        if step.half is Half.DELETE:
            if step.change.action is Action.DELETE:
                yield from self._move(address, State.REMOVED)
            return
        assert message.id is not None
        self._remember(address, message.id)
        if message.unchanged:
            yield from self._move(address, State.UNCHANGED, id=message.id)
        elif self.shared.catalog[address.kind].verbs.confirm is None:
            yield from self._move(address, State.READY, id=message.id)
        else:
            self.to_confirm[address] = (step, message.id)

    def _remember(self, address: Address, id: str) -> None:
        self.shared.attributes[address] = self.shared.catalog[address.kind].attributes(id)

    def _conclude(self, address: Address, otherwise: State, error: RunnerError | None) -> Iterator[Event]:
        """End a resource in the state that its error calls for, or in another one without an error."""
        state = otherwise
        if error is not None:
            state = State.FAILED
            if isinstance(error, Cancelled):
                state = State.CANCELLED
            elif isinstance(error, RolledBack):
                state = State.ROLLED_BACK
        yield from self._move(address, state, error=error)

    def _skip_dependants(self, failed: Step) -> Iterator[Event]:
        """Give up everything that rests on a failed step, directly or not; say on whose account."""
        lost = {failed.number}
        while doomed := [step for step in self.waiting.values() if step.needs & lost]:
            for step in doomed:
                del self.waiting[step.number]
                lost.add(step.number)
                address = step.change.address
                if not self.progress.state(address).is_final:
                    begun = self.progress.state(address) not in (State.PENDING, State.WAITING)
                    state = State.CANCELLED if begun else State.SKIPPED
                    yield from self._move(address, state, cause=str(failed.change.address))

    def _give_up(self) -> Iterator[Event]:
        for step in self.waiting.values():
            if not self.progress.state(step.change.address).is_final:
                yield from self._move(step.change.address, State.CANCELLED, cause="interrupted")
        self.waiting.clear()

    def _move(
        self,
        address: Address,
        state: State,
        *,
        cause: str | None = None,
        id: str | None = None,
        error: RunnerError | None = None,
    ) -> Iterator[Event]:
        transition = self.progress.move(address, state, cause=cause, id=id, error=error)
        if transition is not None:
            yield transition

    def finished(self, duration_ms: int) -> RunFinished:
        """Sum up."""
        counts = self.progress.counts()
        result = "succeeded"
        if self.shared.watcher.is_cancelled:
            result = "cancelled"
        elif counts.get(State.FAILED.value):
            result = "failed"
        elif counts.get(State.ROLLED_BACK.value):
            result = "rolled_back"
        return RunFinished(result, counts, duration_ms, _EXIT_CODES[result])


def _condition(step: Step, before: Step) -> Dependency | None:
    """Return the dependency by which one step comes after another, if it is one."""
    if step.half is not Half.APPLY or before.half is not Half.APPLY or step.change.desired is None:
        return None
    found = (d for d in step.change.desired.depends_on if d.address == before.change.address)
    return next(found, None)


def _needs_only_start(dependency: Dependency) -> bool:
    """Tell whether the dependant may go on at the other's start: it wants no more, or it waits by its own clock."""
    return dependency.condition is Condition.STARTED or (
        dependency.timeout is not None and dependency.condition is not Condition.EXISTS
    )


# --- in the workers' threads


def _perform(shared: Shared, step: Step) -> None:
    """Do a step and send word of how it ended, whatever happens."""
    task = RunTask(step.change, shared)
    try:
        with shared.slot():
            if step.half is Half.APPLY:
                _meet_conditions(task)
            if _turns_out_unchanged(task, step):
                ended = Ended(step, task.observed.id, unchanged=True)
            else:
                ended = Ended(step, carry_out(task, step))
    except RunnerError as error:
        ended = Ended(step, error=error)
    except Exception as error:  # a bug must end the step, not hang the run
        ended = Ended(step, error=StepFailed(f"internal error: {error!r}", help="please report it"))
    shared.outbox.put(ended)


def _meet_conditions(task: RunTask) -> None:
    """Wait for what dependencies must be beyond being there."""
    if task.shared.watcher.is_cancelled:
        raise Cancelled("interrupted")
    for dependency in task.desired.depends_on:
        attributes = task.shared.attributes.get(dependency.address)
        if dependency.condition is Condition.EXISTS or attributes is None:
            continue
        meet = task.shared.catalog[dependency.address.kind].verbs.meet
        timeout = task.timeout if dependency.timeout is None else dependency.timeout
        try:
            meet(task, attributes["id"], dependency.condition, timeout)
        except (StepFailed, EngineError) as error:
            raise StepFailed(f"{dependency.address} {error.message}", help=error.help, output=error.output) from error


def _turns_out_unchanged(task: RunTask, step: Step) -> bool:
    """Tell whether everything that wasn't known when the plan was made came out as it was."""
    change = step.change
    if not change.diff or not all(isinstance(found.after, Marker) for found in change.diff):
        return False
    if step.half is Half.DELETE or change.action is not Action.REPLACE:
        return False
    if any(isinstance(value, Marker) for value in task.desired.fields.values()):
        return False
    rows = task.shared.catalog[change.address.kind].compared
    return not diff_fields(rows, task.desired.fields, task.observed, partial(RunTask.attribute, task))


def _confirm(shared: Shared, step: Step, id: str) -> None:
    confirm = shared.catalog[step.change.address.kind].verbs.confirm
    error: RunnerError | None = None
    try:
        with shared.slot(), suppress(Cancelled):
            if confirm is not None:
                confirm(RunTask(step.change, shared), id)
    except RunnerError as failure:
        error = failure
    shared.outbox.put(Confirmed(step.change.address, error))

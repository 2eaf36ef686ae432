"""The scheduler: which steps of a plan are done, which are due, and which will never run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping

from runner.core.address import Address
from runner.core.errors import Cancelled, RolledBack, RunnerError
from runner.core.event import CheckFinished, Event, RunFinished, RunInterrupted
from runner.core.event import Progress as ProgressEvent
from runner.core.exit_code import ExitCode
from runner.core.plan import Action, Phase, Step
from runner.core.resource_state import State
from runner.core.struct import MutableStruct, field
from runner.engine.conditions import condition_between, conditions_of, is_optional, needs_only_start
from runner.engine.progress import Progress
from runner.engine.task import CancelRequested, Message, RunContext, Settled, StateChanged, StepEnded, Verified

_EXIT_CODES = {
    "succeeded": ExitCode.OK,
    "failed": ExitCode.FAILED,
    "rolled_back": ExitCode.ROLLED_BACK,
    "cancelled": ExitCode.INTERRUPTED,
}


class Schedule(MutableStruct):
    """Keeps track of the steps; used only by the run's own thread."""

    context: RunContext
    progress: Progress = field(default_factory=Progress)
    waiting: dict[int, Step] = field(default_factory=dict)
    working: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    running_since: dict[Address, float] = field(default_factory=dict)
    """When each resource started in this run began to run, by the monotonic clock."""
    to_settle: list[tuple[Step, str, float]] = field(default_factory=list)
    """Started resources that must keep running for a while: the step, the id, and the start time."""
    settling: set[int] = field(default_factory=set)
    to_confirm: dict[Address, tuple[Step, str]] = field(default_factory=dict)
    deferred: dict[Address, State] = field(default_factory=dict)
    """Final states, deferred until an atomic run commits."""
    is_interrupted: bool = False
    failed_at: Address | None = None
    """The first failure in an atomic run, which causes its rollback."""
    checked: Counter[State] = field(default_factory=Counter)
    """Number of checks per final state."""
    result: str | None = None
    """The result of the run, where it doesn't follow from the final states."""

    def __post_init__(self) -> None:
        plan = self.context.plan
        self.progress = Progress.of(plan.changes)
        self.waiting = {step.number: step for step in plan.steps}
        for change in plan.changes:
            if change.desired is not None:
                self.context.declared[change.address] = change.desired
            if change.observed is not None:
                self.context.attributes[change.address] = change.observed.attributes

    @property
    def is_busy(self) -> bool:
        """True while steps are running, waiting or settling."""
        return bool(self.waiting or self.working or self.to_settle or self.settling)

    def begin(self) -> Iterator[Event]:
        """Yield the initial transitions: what is unchanged, and what the other resources wait for."""
        steps = self.context.plan.steps
        for change in self.context.plan.changes:
            if change.action is Action.NOOP:
                yield from self.move(change.address, State.UNCHANGED)
        for step in steps:
            if step.needs and self.progress.state(step.change.address) is State.PENDING:
                last, conditions = str(steps[max(step.needs)].change.address), conditions_of(step, steps)
                yield from self.move(step.change.address, State.WAITING, cause=last, waits_for=conditions)

    def due(self) -> list[Step]:
        """Take out the steps that can start now."""
        due = [step for step in self.waiting.values() if self._is_due(step)]
        for step in due:
            del self.waiting[step.number]
            self.working.add(step.number)
        return due

    def unsettled(self) -> list[tuple[Step, str, float]]:
        """Take out the started resources that must be watched until they settle."""
        taken, self.to_settle = self.to_settle, []
        self.settling.update(step.number for step, _, _ in taken)
        return taken

    def _is_due(self, step: Step) -> bool:
        return all(number in self.ended or self._is_met(step, number) for number in step.needs)

    def _is_met(self, step: Step, number: int) -> bool:
        """Tell whether an unfinished step already meets the condition: for some dependants, being started is enough."""
        before = self.context.plan.steps[number]
        condition = condition_between(step, before)
        if condition is None or (condition.restart and before.change.action is not Action.CREATE):
            return False
        return needs_only_start(condition) and before.change.address in self.running_since

    def handle(self, message: Message) -> Iterator[Event]:
        """Handle a worker's message, and yield the resulting events."""
        if isinstance(message, CancelRequested):
            yield from self._interrupt(message.why)
        elif isinstance(message, StateChanged):
            yield from self._entered(message)
        elif isinstance(message, StepEnded):
            yield from self._end(message)
        elif isinstance(message, Settled):
            yield from self._settled(message)
        elif isinstance(message, Verified):
            del self.to_confirm[message.address]
            if message.error is None:
                yield from self._defer(message.address, message.state)
            else:
                yield from self._conclude(message.address, State.FAILED, message.error)
                yield from self._abort(message.address)
        else:
            yield message

    def _interrupt(self, why: str) -> Iterator[Event]:
        """Tell the first reason to end the run, and start no more steps."""
        if not self.is_interrupted:
            self.is_interrupted = True
            yield RunInterrupted(why, self._at_work())
            yield from self._cancel_pending(why)

    def _entered(self, message: StateChanged) -> Iterator[Event]:
        if message.state is State.RUNNING:
            self.running_since[message.address] = time.monotonic()
            if message.id is not None:
                self._remember(message.address, message.id)
        transition = self.progress.move(
            message.address, message.state, cause=message.cause, id=message.id, attempt=message.attempt
        )
        if transition is not None:
            yield transition

    def _end(self, message: StepEnded) -> Iterator[Event]:
        step, address = message.step, message.step.change.address
        self.working.discard(step.number)
        if message.error is not None:
            yield from self._fail(step, message.error)
            return
        self.ended.add(step.number)
        if step.phase is Phase.DELETE:
            if step.change.action is Action.DELETE and message.id is not None:
                yield from self.move(address, State.UNCHANGED, id=message.id)
            elif step.change.action is Action.DELETE:
                yield from self._defer(address, State.REMOVED, final=step.change.is_abandoned)
            return
        assert message.id is not None
        self._remember(address, message.id)
        kind = self.context.catalog[address.kind]
        if message.unchanged:
            yield from self.move(address, State.UNCHANGED, id=message.id)
        elif kind.operations().settle is not None and address in self.running_since:
            self.to_settle.append((step, message.id, self.running_since[address]))
        elif kind.operations().verify is not None:
            self.to_confirm[address] = (step, message.id)
        else:
            yield from self._defer(address, kind.success_state)

    def _settled(self, message: Settled) -> Iterator[Event]:
        """Queue a settled resource for final verification; one interrupted in an atomic run ends with its rollback."""
        step = message.step
        self.settling.discard(step.number)
        is_taken_back = self.context.undo_log.is_atomic and isinstance(message.error, Cancelled)
        if message.error is None or is_taken_back:
            self.to_confirm[step.change.address] = (step, message.id)
        else:
            yield from self._fail(step, message.error)

    def _fail(self, step: Step, error: RunnerError) -> Iterator[Event]:
        """End a step's resource as failed, and skip its dependants."""
        yield from self._conclude(step.change.address, State.FAILED, error)
        yield from self._skip_dependants(step)
        yield from self._abort(step.change.address)

    @property
    def skip_reason(self) -> tuple[State, str] | None:
        """Final state and cause for checks that will not be run; None if nothing prevents them."""
        places = self.progress.places.items()
        failed = next((one for one, place in places if place.state in (State.FAILED, State.ROLLED_BACK)), None)
        if failed is not None:
            return State.SKIPPED, str(failed)
        return (State.CANCELLED, self.context.watcher.why) if self.context.watcher.is_cancelled else None

    def count_checks(self, checks: Iterator[Message]) -> Iterator[Event]:
        """Handle what checks and others send meanwhile, and count the final states."""
        for message in checks:
            yield from self.handle(message)
            if isinstance(message, CheckFinished):
                self.checked[message.state] += 1
                if message.state is State.FAILED:
                    yield from self._abort(message.address)

    def _remember(self, address: Address, id: str) -> None:
        derived = self.context.catalog[address.kind].attributes(id)
        self.context.attributes[address] = {**derived, **self.context.told.get(address, {})}

    def _conclude(self, address: Address, otherwise: State, error: RunnerError | None) -> Iterator[Event]:
        """End a resource in the state that its error implies, or in `otherwise` without an error."""
        state = otherwise
        if error is not None:
            state = State.FAILED
            if isinstance(error, Cancelled):
                state = State.CANCELLED
            elif isinstance(error, RolledBack):
                state = State.ROLLED_BACK
        yield from self.move(address, state, error=error)

    def _skip_dependants(self, failed: Step) -> Iterator[Event]:
        """Skip the direct and indirect dependants of a failed step, with it as the cause; others go on without it."""
        lost = {failed.number}
        while doomed := [step for step in self.waiting.values() if self._is_doomed(step, lost)]:
            for step in doomed:
                del self.waiting[step.number]
                lost.add(step.number)
                address = step.change.address
                if not self.progress.state(address).is_final:
                    begun = self.progress.state(address) not in (State.PENDING, State.WAITING)
                    state = State.CANCELLED if begun else State.SKIPPED
                    yield from self.move(address, state, cause=str(failed.change.address))
        self.ended |= lost  # what still waits for one of them can do without it
        self.context.failed.update(self.context.plan.steps[number].change.address for number in lost)

    def _is_doomed(self, step: Step, lost: set[int]) -> bool:
        steps = self.context.plan.steps
        return any(not is_optional(step, steps[number]) for number in step.needs & lost)

    def _defer(self, address: Address, state: State, *, final: bool = False) -> Iterator[Event]:
        """End a resource now, or in an atomic run when it commits."""
        if final or not self.context.undo_log.is_atomic:
            yield from self.move(address, state)
        else:
            self.deferred[address] = state
            yield ProgressEvent(address, "done", done=True)

    def _abort(self, address: Address) -> Iterator[Event]:
        """In an atomic run, start no more steps after a failure."""
        if self.context.undo_log.is_atomic and not self.context.watcher.is_cancelled:
            self.failed_at = address
            self.context.watcher.cancel(f"{address} failed")
            yield from self._cancel_pending(f"{address} failed")

    def _at_work(self) -> tuple[Address, ...]:
        steps = self.context.plan.steps
        return tuple(dict.fromkeys(steps[number].change.address for number in sorted(self.working | self.settling)))

    def _cancel_pending(self, why: str) -> Iterator[Event]:
        under_way = {other.address for number in self.working for other in self.context.plan.steps[number].batch}
        for step in list(self.waiting.values()):
            if step.change.address in under_way:
                continue  # the step in flight carries it out in its batch
            del self.waiting[step.number]
            if not self.progress.state(step.change.address).is_final:
                yield from self.move(step.change.address, State.CANCELLED, cause=why)

    def move(
        self,
        address: Address,
        state: State,
        *,
        cause: str | None = None,
        id: str | None = None,
        error: RunnerError | None = None,
        waits_for: Mapping[str, str] | None = None,
    ) -> Iterator[Event]:
        """Move a resource to a state, and yield the transition."""
        transition = self.progress.move(address, state, cause=cause, id=id, error=error, waits_for=waits_for)
        if transition is not None:
            yield transition

    def finished(self, duration_ms: int) -> RunFinished:
        """Summarize the run."""
        counts = self.progress.counts() + Counter({state.value: n for state, n in self.checked.items()})
        result = "succeeded"
        if self.result is not None:
            result = self.result
        elif self.context.watcher.is_cancelled:
            result = "cancelled"
        elif counts.get(State.FAILED.value):
            result = "failed"
        elif counts.get(State.ROLLED_BACK.value):
            result = "rolled_back"
        seconds, watched = self.context.proof_clock.read()
        return RunFinished(result, counts, duration_ms, _EXIT_CODES[result], int(seconds * 1000), watched)

"""A task: the context of one operation, connected to its run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from queue import SimpleQueue
from threading import Lock
from typing import TypeAlias

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.engine import Engine
from runner.core.errors import RunnerError, StepFailed
from runner.core.event import DiagnosticEvent, Event, Output, Progress
from runner.core.gateway import Gateway
from runner.core.plan import Change, Plan, Step
from runner.core.progress_update import ProgressUpdate
from runner.core.resource_state import State
from runner.core.state import FieldValue, FieldValues, ObservedResource, Ref, Resource, has_reference, resolved
from runner.core.struct import Struct, field, replace
from runner.core.task import Pace, Task
from runner.core.values import Marker
from runner.engine.event_watcher import Watcher
from runner.engine.proof_clock import ProofClock
from runner.engine.slots import Slots
from runner.engine.undo_log import UndoLog
from runner.resource.kind import Catalog


class StateChanged(Struct):
    """An operation reports a state transition of its resource."""

    address: Address
    state: State
    cause: str | None = None
    id: str | None = None
    attempt: int | None = None


class StepEnded(Struct):
    """A step ended: with the id of what it created, or of what it left instead of removing it, or with an error."""

    step: Step
    id: str | None = None
    error: RunnerError | None = None
    unchanged: bool = False


class Settled(Struct):
    """What a step started has kept running for long enough, or has not."""

    step: Step
    id: str
    error: RunnerError | None = None


class Verified(Struct):
    """The final verification of a resource is done, and it ends in a state."""

    address: Address
    state: State = State.READY
    error: RunnerError | None = None


class CancelRequested(Struct):
    """The run is to end: it was interrupted, or the lock is lost."""

    why: str


Message: TypeAlias = StateChanged | StepEnded | Settled | Verified | CancelRequested | Event


class RunContext(Struct):
    """What the tasks of one run share; `outbox` leads to the run's own thread."""

    plan: Plan
    gateway: Gateway
    catalog: Catalog
    watcher: Watcher
    timeout: float
    slots: Slots
    """Limits the steps that may work on the engine at a time; waiting holds no slot."""
    undo_log: UndoLog = field(default_factory=UndoLog)
    proof_clock: ProofClock = field(default_factory=ProofClock)
    outbox: SimpleQueue[Message] = field(default_factory=SimpleQueue)
    declared: dict[Address, Resource] = field(default_factory=dict)
    """The declared resources."""
    attributes: dict[Address, Mapping[str, str]] = field(default_factory=dict)
    """Attributes that a Ref can resolve to, of everything that exists by now."""
    told: dict[Address, Mapping[str, str]] = field(default_factory=dict)
    """Those that operations tell, since they don't follow from an id."""
    done: dict[Address, str] = field(default_factory=dict)
    """Ids of what was created in the batch of another step."""
    failed: set[Address] = field(default_factory=set)
    """What failed, or was skipped since something else did."""
    exclusive: dict[str, Lock] = field(default_factory=dict)
    """The locks for work that the engine can't do side by side, by what it is."""

    @contextmanager
    def slot(self, *, finishing: bool = False) -> Iterator[None]:
        """Hold one of the run's slots."""
        self.slots.acquire(finishing=finishing)
        try:
            with self.proof_clock.working():
                yield
        finally:
            self.slots.release()

    @contextmanager
    def exclusively(self, what: str) -> Iterator[None]:
        """Hold the run's lock for work of one sort."""
        with self.exclusive.setdefault(what, Lock()):
            yield

    def attribute(self, ref: Ref) -> str | None:
        """Resolve a reference; None if its target doesn't exist."""
        return self.attributes.get(ref.address, {}).get(ref.attribute)


class RunTask(Struct):
    """The context of an operation during a run; see `core.task.Task`."""

    change: Change
    context: RunContext
    others: tuple[Change, ...] = ()

    def exclusively(self, what: str) -> AbstractContextManager[None]:
        """Hold the run's lock for work of one sort that the engine can't do side by side."""
        return self.context.exclusively(what)

    @property
    def batch(self) -> tuple[Task, ...]:
        """The tasks to be carried out together with this one."""
        return tuple(RunTask(change, self.context) for change in self.others)

    def complete(self, id: str) -> None:
        """Mark it as done for its own step."""
        self.context.done[self.change.address] = id

    @property
    def gateway(self) -> Gateway:
        """The engine's API."""
        return self.context.gateway

    @property
    def workflow(self) -> str:
        """The workflow's name."""
        return self.context.plan.workflow

    @property
    def file(self) -> str:
        """The workflow file, HOST:PATH."""
        return self.context.plan.file

    @property
    def engine(self) -> Engine:
        """The engine's version, capabilities and defaults."""
        return self.context.plan.engine

    @property
    def timeout(self) -> float:
        """Default timeout of a wait, in seconds."""
        return self.context.timeout

    @property
    def desired(self) -> Resource:
        """The desired state."""
        assert self.change.desired is not None, self.change.address
        return self.change.desired

    @property
    def observed(self) -> ObservedResource:
        """The observed state."""
        assert self.change.observed is not None, self.change.address
        return self.change.observed

    def with_observed(self, observed: ObservedResource) -> RunTask:
        """Return the same task with another observed state."""
        return replace(self, change=replace(self.change, observed=observed))

    @property
    def proxies(self) -> Mapping[str, str]:
        """The docker client's proxies for this engine."""
        return self.gateway.proxies if self.context.plan.proxies else {}

    def change_of(self, id: str) -> Change | None:
        """Return the change that the plan has for a live resource, by its engine id."""
        changes = self.context.plan.changes
        return next((change for change in changes if change.observed and change.observed.id == id), None)

    def fields(self) -> FieldValues:
        """Return the declared fields with every reference resolved; unknown values are left out."""
        known = {name: self._resolved(value) for name, value in self.desired.fields.items()}
        return {name: value for name, value in known.items() if not isinstance(value, Marker)}

    def _resolved(self, value: FieldValue) -> FieldValue:
        if isinstance(value, Mapping) and any(map(has_reference, value.values())):
            return {key: resolved(entry, self.attribute) for key, entry in value.items()}
        return self.attribute(value) if isinstance(value, Ref) else value

    def attribute(self, ref: Ref) -> str:
        """Resolve a reference; StepFailed when its target doesn't exist."""
        found = self.context.attribute(ref)
        if found is None:
            raise StepFailed(f"{ref.address} does not exist", code="not-on-engine")
        return found

    def tell(self, attributes: Mapping[str, str]) -> None:
        """Tell attributes that don't follow from the id."""
        self.context.told[self.change.address] = attributes

    def set_state(
        self, state: State, *, cause: str | None = None, id: str | None = None, attempt: int | None = None
    ) -> None:
        """Report a state transition."""
        self.context.outbox.put(StateChanged(self.change.address, state, cause, id, attempt))

    @property
    def is_atomic(self) -> bool:
        """True in an atomic run, except for abandoned resources, which are never restored."""
        return self.context.undo_log.is_atomic and not self.change.is_abandoned

    def on_rollback(self, undo: Callable[[], None], *, last: bool = False) -> None:
        """Register an undo action for what was just done; with `last` it comes after those of all other resources."""
        if self.is_atomic:
            self.context.undo_log.on_rollback(self.change.address, undo, last=last)

    def on_commit(self, finish: Callable[[], None]) -> None:
        """Run an irreversible action, now or when the run commits."""
        if self.is_atomic:
            self.context.undo_log.on_commit(self.change.address, finish)
        else:
            finish()

    def warn(self, diagnostic: Diagnostic) -> None:
        """Report a non-blocking diagnostic."""
        self.context.outbox.put(DiagnosticEvent(diagnostic))

    def report(self, advance: ProgressUpdate) -> None:
        """Report the progress of a long call; raises Cancelled if the run was interrupted."""
        self.context.watcher.raise_if_cancelled()
        address = self.change.address
        if advance.output is not None:
            self.context.outbox.put(Output(address, advance.output))
        elif advance.phase:
            self.context.outbox.put(_progress(address, advance))

    def wait(
        self, id: str, met: Callable[[], bool], *, what: str, timeout: float, every: Pace = 2.0, proof: bool = False
    ) -> None:
        """Wait without holding a slot."""
        self.context.slots.release()
        try:
            with self.context.proof_clock.waiting(self.change.address if proof else None):
                self.context.watcher.wait(id, met, what=what, timeout=timeout, every=every)
        finally:
            self.context.slots.acquire(finishing=True)


def _progress(address: Address, advance: ProgressUpdate) -> Progress:
    return Progress(
        address,
        advance.phase,
        advance.current,
        advance.total,
        advance.unit,
        status=advance.status,
        elapsed_ms=advance.elapsed_ms,
        done=advance.done,
        awaits=advance.awaits,
        of=advance.of,
        answer=advance.answer,
    )

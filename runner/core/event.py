"""The typed events of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import ClassVar, TypeAlias

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, FieldDiff, Reason
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackFinished, RollbackStarted, RollbackStep
from runner.core.run_lock import LockAcquired, LockBroken, LockReleased, LockWaiting
from runner.core.struct import Struct, field


class Level(Enum):
    """Log level of an event."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class StepStatus(Enum):
    """Status of a build step."""

    RUNNING = "running"
    CACHED = "cached"
    DONE = "done"
    FAILED = "failed"


class RunStarted(Struct):
    """A run starts: the user, the command, the versions, and the engine it runs against."""

    name: ClassVar[str] = "run.started"
    command: str
    versions: Mapping[str, str]
    """Keys: runner, engine, api."""
    actor: str
    file: str | None = None
    commit: str | None = None
    message: str | None = None
    """Why the run is made, as its user says."""


class PlanChange(Struct):
    """A planned change: one for each resource that changes, emitted before the first step."""

    name: ClassVar[str] = "plan.change"
    address: Address
    action: Action
    verb: str
    reasons: tuple[Reason, ...]
    diff: tuple[FieldDiff, ...]


class Transition(Struct):
    """A state transition of a resource, emitted before the engine call it announces, and after its outcome."""

    name: ClassVar[str] = "resource.transition"
    address: Address
    action: Action
    before: State
    after: State
    cause: str | None = None
    """What caused it: for a failure the error in one line, for a skip the address that failed."""
    help: str | None = None
    attempt: int = 1
    elapsed_ms: int = 0
    """Since the resource left pending."""
    id: str | None = None
    tail: tuple[str, ...] = ()
    """For a failure: the last lines of the resource's own output."""
    key: str | None = None
    """For a failure: the key in the file that caused it, where known, dotted if nested."""
    place: str | None = None
    """Position of that key, or of the item under it: FILE:LINE:COLUMN."""
    detail: str | None = None
    """For a failure: the engine's own message, where `cause` paraphrases it."""
    code: str | None = None
    """For a failure: the code that explains it."""
    exit_code: int | None = None
    """For a failure: how the resource's own program ended, if it did."""
    waits_for: Mapping[str, str] = field(default_factory=dict)
    """For waiting: the condition that each of these addresses must meet first."""


class Progress(Struct):
    """Progress of a long step: a phase and, where known, amounts in `unit`."""

    name: ClassVar[str] = "resource.progress"
    address: Address
    phase: str
    current: int | None = None
    total: int | None = None
    unit: str = "bytes"
    status: StepStatus | None = None
    """Status of the phase, if it is a build step."""
    elapsed_ms: int | None = None
    """Duration of a step that is done or failed."""
    done: bool = False
    """True when nothing is waiting for it any more: only the final verification of the run remains."""
    awaits: str | None = None
    """The condition that is waited for, or, where it is `done`, that it met: healthy, ready, settled …"""
    of: Address | None = None
    """Which resource must meet the condition, if it isn't this one."""
    answer: str | None = None
    """Why it isn't met yet: the last output of the health check, or the last error of the probe."""


class Output(Struct):
    """An output line of the resource itself while runner worked on it."""

    name: ClassVar[str] = "resource.output"
    address: Address
    line: str


class DiagnosticEvent(Struct):
    """A diagnostic that belongs to no transition."""

    name: ClassVar[str] = "diagnostic"
    diagnostic: Diagnostic


class CheckStarted(Struct):
    """The first attempt of a check starts."""

    name: ClassVar[str] = "check.started"
    address: Address


class CheckFinished(Struct):
    """A check ended: succeeded, failed, skipped or cancelled."""

    name: ClassVar[str] = "check.finished"
    address: Address
    state: State
    cause: str | None = None
    """Why it failed, or the address of the failed check that caused it to be skipped."""
    help: str | None = None
    attempt: int = 0
    """Number of attempts made."""
    elapsed_ms: int = 0
    tail: tuple[str, ...] = ()
    code: str | None = None
    """For a failure: the code that explains it."""


class RunInterrupted(Struct):
    """A run is cancelled: no more steps start, and those at work are finished or undone."""

    name: ClassVar[str] = "run.interrupted"
    cause: str
    """Either "interrupted" or "lock lost"."""
    working: tuple[Address, ...]
    """What is at work."""


class RunFinished(Struct):
    """A run ended; `counts` has the number of resources in each final state."""

    name: ClassVar[str] = "run.finished"
    result: str
    """One of: succeeded, failed, cancelled, rolled_back, refused."""
    counts: Mapping[str, int]
    duration_ms: int
    exit_code: int
    watched_ms: int = 0
    """The part of it in which nothing was done but to watch whether containers work."""
    watched: tuple[Address, ...] = ()
    """These containers."""


Event: TypeAlias = (
    RunStarted
    | PlanChange
    | Transition
    | Progress
    | Output
    | DiagnosticEvent
    | LockWaiting
    | LockBroken
    | LockAcquired
    | LockReleased
    | CheckStarted
    | CheckFinished
    | RollbackStarted
    | RollbackStep
    | RollbackFinished
    | RunInterrupted
    | RunFinished
)


class LogRecord(Struct):
    """An event as logged: timestamped, numbered from 1 without gaps, and correlated to its run."""

    event: Event
    seq: int
    timestamp: datetime
    run_id: str
    workflow: str
    level: Level = field(default=Level.INFO)

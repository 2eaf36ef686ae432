"""The typed events that a run consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import ClassVar, TypeAlias

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, FieldDiff, Reason
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackFinished, RollbackStarted, RollbackStep
from runner.core.run_lock import LockAcquired, LockBroken, LockReleased, LockWaiting


class Level(Enum):
    """How loud an event is in the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class StepStatus(Enum):
    """Where a step of a build is."""

    RUNNING = "running"
    CACHED = "cached"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins: who runs what, with which versions, against which engine."""

    name: ClassVar[str] = "run.started"
    command: str
    versions: Mapping[str, str]
    """Keys: runner, engine, api."""
    actor: str
    file: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Work to come: one for each resource that changes, before the first step."""

    name: ClassVar[str] = "plan.change"
    address: Address
    action: Action
    verb: str
    reasons: tuple[Reason, ...]
    diff: tuple[FieldDiff, ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """A resource moved on. Written before the engine call that it announces, and after its outcome."""

    name: ClassVar[str] = "resource.transition"
    address: Address
    action: Action
    before: State
    after: State
    cause: str | None = None
    """What made it so: for a failure the error in one line, for a skip the address that failed."""
    help: str | None = None
    attempt: int = 1
    elapsed_ms: int = 0
    """Since the resource left pending."""
    id: str | None = None
    tail: tuple[str, ...] = ()
    """With a failure: the last lines that the thing itself wrote."""
    key: str | None = None
    """With a failure: the key of the file that it is about, where that is known, dotted where it is nested."""
    place: str | None = None
    """Where that key, or the item under it, stands: FILE:LINE:COLUMN."""
    detail: str | None = None
    """With a failure: the engine's own words, where the cause says them in other ones."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long step is: a phase, and where they are known amounts in `unit`."""

    name: ClassVar[str] = "resource.progress"
    address: Address
    phase: str
    current: int | None = None
    total: int | None = None
    unit: str = "bytes"
    status: StepStatus | None = None
    """Where the phase is, if it is a step of a build."""
    elapsed_ms: int | None = None
    """How long a step took that is done or failed."""
    done: bool = False
    """True when nothing of it is waited for any more: what comes yet is the last look at the end of the run."""


@dataclass(frozen=True, slots=True)
class Output:
    """A line that the thing itself wrote while runner worked on it."""

    name: ClassVar[str] = "resource.output"
    address: Address
    line: str


@dataclass(frozen=True, slots=True)
class DiagnosticEvent:
    """Something to tell the user that belongs to no transition."""

    name: ClassVar[str] = "diagnostic"
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """A check is asked for the first time."""

    name: ClassVar[str] = "check.started"
    address: Address


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """A check came to its end: succeeded, failed, skipped or cancelled."""

    name: ClassVar[str] = "check.finished"
    address: Address
    state: State
    cause: str | None = None
    """Why it doesn't hold, or the address of the check on whose account it wasn't asked."""
    help: str | None = None
    attempt: int = 0
    """How often it was asked."""
    elapsed_ms: int = 0
    tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run ended; `counts` says how many resources ended in each final state."""

    name: ClassVar[str] = "run.finished"
    result: str
    """One of: succeeded, failed, cancelled, rolled_back, refused."""
    counts: Mapping[str, int]
    duration_ms: int
    exit_code: int


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
    | RunFinished
)


@dataclass(frozen=True, slots=True)
class LogRecord:
    """An event as the log has it: stamped, numbered from 1 without gaps, and tied to its run."""

    event: Event
    seq: int
    timestamp: datetime
    run_id: str
    workflow: str
    level: Level = field(default=Level.INFO)

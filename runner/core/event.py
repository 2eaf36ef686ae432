"""The typed events that a run consists of, and the closed state machine of a resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import ClassVar, TypeAlias

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, FieldDiff, Reason


class State(Enum):
    """Where a resource is on its way through a run."""

    PENDING = "pending"
    WAITING = "waiting"
    PULLING = "pulling"
    BUILDING = "building"
    CREATING = "creating"
    UPDATING = "updating"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    REMOVING = "removing"
    CHECKING = "checking"
    READY = "ready"
    SUCCEEDED = "succeeded"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    ROLLED_BACK = "rolled_back"

    @property
    def is_final(self) -> bool:
        """True for the states that a resource ends in, exactly once a run."""
        return self in FINAL


FINAL = frozenset(
    {
        State.READY,
        State.SUCCEEDED,
        State.REMOVED,
        State.UNCHANGED,
        State.FAILED,
        State.SKIPPED,
        State.CANCELLED,
        State.ROLLED_BACK,
    }
)
_ACTIVE = frozenset(State) - FINAL - {State.PENDING, State.WAITING}


def may_follow(before: State, after: State) -> bool:
    """Tell whether the state machine allows this transition.

    Work moves between active states in whatever order its kind needs; nothing goes back to
    pending or waiting, nothing leaves a final state, and only what never began is skipped.
    """
    if before.is_final or after is State.PENDING or before is after:
        return False
    if after is State.WAITING:
        return before is State.PENDING
    if after is State.SKIPPED:
        return before in (State.PENDING, State.WAITING)
    if after is State.ROLLED_BACK:
        return before in _ACTIVE
    return True


class Level(Enum):
    """How loud an event is in the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long step is: a phase, and where they are known amounts in `unit`."""

    name: ClassVar[str] = "resource.progress"
    address: Address
    phase: str
    current: int | None = None
    total: int | None = None
    unit: str = "bytes"


@dataclass(frozen=True, slots=True)
class Output:
    """A line that the thing itself wrote while runner worked on it."""

    name: ClassVar[str] = "resource.output"
    address: Address
    line: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell the user that belongs to no transition."""

    name: ClassVar[str] = "diagnostic"
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run ended; `counts` says how many resources ended in each final state."""

    name: ClassVar[str] = "run.finished"
    result: str
    """One of: succeeded, failed, cancelled, rolled_back, refused."""
    counts: Mapping[str, int]
    duration_ms: int
    exit_code: int


Event: TypeAlias = RunStarted | PlanChange | Transition | Progress | Output | Finding | RunFinished


@dataclass(frozen=True, slots=True)
class Record:
    """An event as the log has it: stamped, numbered from 1 without gaps, and tied to its run."""

    event: Event
    seq: int
    timestamp: datetime
    run_id: str
    workflow: str
    level: Level = field(default=Level.INFO)

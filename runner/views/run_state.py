"""The state of a run at one moment: a fold over its records, the same for every view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from runner.core.address import Address
from runner.core.event import (
    CheckFinished,
    CheckStarted,
    LogRecord,
    Output,
    PlanChange,
    Progress,
    RunFinished,
    RunInterrupted,
    RunStarted,
    Transition,
)
from runner.core.plan import Action
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackStep
from runner.core.run_lock import LockAcquired, LockBroken, LockWaiting
from runner.core.struct import MutableStruct, field
from runner.views.activity import Activity, lasting
from runner.views.formatting import listed
from runner.views.messages import cause, cause_text, needed, state
from runner.views.text_width import printable

_MOST_NEEDS: Final = 2
_IN_WORDS: Final = {"settled": "running"}
"""The word for a condition that was met, where it is another one."""


class Row(MutableStruct):
    """One resource of the run: what is to be done with it, and its progress."""

    address: Address
    verb: str
    state: State = State.PENDING
    reason: str = ""
    """The cause of its state."""
    activity: Activity | None = None
    """What it does at the moment."""
    began: datetime | None = None
    """When the work on it began."""
    last: Transition | CheckFinished | None = None
    done_as: str = ""
    """The condition that it met, once only the verification at the end of the run is left."""
    done_at: datetime | None = None
    """When nothing waited for it any more."""
    has_run: bool = False
    """True for what has run a process of its own, and so has a log."""
    is_undone: bool = False
    """True while it is rolled back."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """The conditions that others must meet before it begins, by their addresses."""

    @property
    def is_waited_for(self) -> bool:
        """True while it is being worked on and not done."""
        return self.is_active and not self.is_done

    @property
    def is_active(self) -> bool:
        """True while it is being worked on."""
        return not self.state.is_final and self.state not in (State.PENDING, State.WAITING)

    @property
    def is_done(self) -> bool:
        """True when only the verification at the end of the run is left."""
        return bool(self.done_as)

    @property
    def is_watched(self) -> bool:
        """True for what is up, but hasn't run for long enough to be sure."""
        wait = self.activity.wait if self.activity else None
        return self.is_waited_for and wait is not None and wait.condition == "settled"

    def meets(self, condition: str) -> bool:
        """Return whether a dependant that waits for a condition waits no more for this."""
        if self.state.is_final or self.is_done:
            return True
        return self.has_run if condition == "started" else self.is_watched and condition == "strongest"

    def condition_for(self, condition: str) -> str:
        """Return a condition in words: the strongest one is what this resource itself waits for."""
        wait = self.activity.wait if self.activity else None
        return wait.condition if condition == "strongest" and wait is not None else condition

    def elapsed_ms(self, now: datetime) -> int:
        """Return how long the work on it took, without its verification; until `now` in whole seconds, to be calm."""
        if self.began is None:
            return 0
        if self.done_at is not None and (self.is_done or self.state is State.READY):
            return int((self.done_at - self.began).total_seconds() * 1000)
        if self.state.is_final and self.last is not None:
            return self.last.elapsed_ms
        return max(0, int((now - self.began).total_seconds())) * 1000


class RunState:
    """The rows of a run, in the order of its plan, and the run's result."""

    def __init__(self) -> None:
        self._rows: dict[Address, Row] = {}
        self.started: RunStarted | None = None
        self.run_id = self.workflow = ""
        self.lock_wait: tuple[LockWaiting, datetime] | None = None
        """Whose lock is waited for, and since when."""
        self.interrupted: RunInterrupted | None = None
        self.finished: RunFinished | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The resources that change, or end in another state than unchanged."""
        return tuple(self._rows.values())

    def among(self, *states: State) -> Iterator[Row]:
        """Yield the rows in any of these states."""
        return (row for row in self._rows.values() if row.state in states)

    def is_running(self, address: Address) -> bool:
        """Return whether a resource runs its own process, so that its output is more than a sign of progress."""
        return address in self._rows and self._rows[address].state is State.RUNNING

    def word(self, row: Row) -> str:
        """Return the state of a resource in a word or two."""
        if row.is_watched:
            return "up"
        if row.is_active and row.is_done:
            return row.done_as
        return state(State.PENDING if row.state is State.WAITING and not self.is_waiting(row) else row.state)

    def is_waiting(self, row: Row) -> bool:
        """Return whether a resource that hasn't begun waits for others, and not just for its turn."""
        has_wait = row.activity is not None and row.activity.wait is not None
        return row.state in (State.PENDING, State.WAITING) and (has_wait or bool(self.unmet(row)))

    def detail(self, row: Row, now: datetime) -> str:
        """Return what a resource does or waits for at the moment, or the cause of its state."""
        if row.is_active and row.is_undone:
            return "rolling back"
        if row.is_watched:
            return "being watched"
        if row.state.is_final or row.is_done or row.activity is None:
            return row.reason
        return row.activity.text(now) or (self._wait(row, now) if row.needs else row.reason)

    def unmet(self, row: Row) -> list[tuple[Row, str]]:
        """Return what else must happen before a resource begins: other rows, each with its condition."""
        pairs = ((self._rows.get(Address.parse(address)), condition) for address, condition in row.needs.items())
        return [
            (other, other.condition_for(condition))
            for other, condition in pairs
            if other is not None and not other.meets(condition)
        ]

    def _wait(self, row: Row, now: datetime) -> str:
        """Return what a resource that hasn't begun waits for, since when and why."""
        unmet = self.unmet(row)
        if not unmet or row.activity is None:
            return ""
        told = listed([needed(other.address, condition) for other, condition in unmet], _MOST_NEEDS)
        wait = unmet[0][0].activity.wait if len(unmet) == 1 and unmet[0][0].activity else None
        because = f": {wait.answer}" if wait is not None and wait.answer else ""
        return f"for {told}{lasting(row.activity.since, now)}{because}"

    def apply(self, record: LogRecord) -> None:
        """Apply one record."""
        self.run_id, self.workflow = record.run_id, record.workflow
        match record.event:
            case RunStarted() as started:
                self.started = started
            case PlanChange() as change:
                verb = change.verb or change.action.value
                self._rows[change.address] = Row(change.address, verb)
            case Transition() as transition:
                self._move(transition, record.timestamp)
            case Progress() as progress:
                self._advance(progress, record.timestamp)
            case Output() as output:
                self._write(output, record.timestamp)
            case CheckStarted() as check:
                self._rows[check.address] = Row(check.address, "check", State.CHECKING, began=record.timestamp)
            case CheckFinished() as check:
                row = self._rows.setdefault(check.address, Row(check.address, "check"))
                row.state, row.last, row.reason = check.state, check, cause_text(check.cause, check.state)
            case RollbackStep() as step if step.address in self._rows:
                self._rows[step.address].is_undone = True
            case LockWaiting() as waiting:
                self.lock_wait = waiting, record.timestamp
            case LockAcquired() | LockBroken():
                self.lock_wait = None
            case RunInterrupted() as interrupted:
                self.interrupted = interrupted
            case RunFinished() as finished:
                self.finished, self.lock_wait = finished, None

    def _move(self, transition: Transition, now: datetime) -> None:
        row = self._rows.get(transition.address)
        if row is None:
            if transition.action is Action.NOOP and transition.after in (State.PENDING, State.UNCHANGED):
                return
            row = self._rows[transition.address] = Row(transition.address, transition.action.value)
        row.state, row.last, row.reason = transition.after, transition, cause(transition)
        row.activity, row.done_as, row.needs = Activity(now), "", transition.waits_for
        row.has_run = row.has_run or transition.after is State.RUNNING
        if row.is_active:
            row.began = row.began or now
        if row.state.is_final:
            row.done_at = row.done_at or now

    def _advance(self, progress: Progress, now: datetime) -> None:
        row = self._rows.get(progress.address)
        if row is None or row.state.is_final:
            return
        row.activity = row.activity or Activity(now)
        row.activity.advance(progress, now)
        if progress.done:
            met = progress.awaits or row.done_as or progress.phase
            row.done_as, row.done_at = _IN_WORDS.get(met, met), row.done_at or now

    def _write(self, output: Output, now: datetime) -> None:
        row = self._rows.get(output.address)
        if row is not None and row.is_active:
            row.activity = row.activity or Activity(now)
            row.activity.line = printable(output.line)

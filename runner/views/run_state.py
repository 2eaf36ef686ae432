"""The state of a run at one moment: a fold over its records, the same for every view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from runner.core.address import Address
from runner.core.event import (
    CheckFinished,
    CheckStarted,
    LogRecord,
    Output,
    PlanChange,
    Progress,
    RunFinished,
    Transition,
)
from runner.core.plan import Action
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackStep
from runner.core.struct import MutableStruct
from runner.views.messages import cause, cause_text, describe_progress
from runner.views.text_width import printable


class Row(MutableStruct):
    """One resource of the run: what is to be done with it, and its progress."""

    address: Address
    verb: str
    state: State = State.PENDING
    detail: str = ""
    """Its current activity, or the cause of its state."""
    began: datetime | None = None
    """When the work on it began."""
    last: Transition | CheckFinished | None = None
    is_done: bool = False
    """True when only the verification at the end of the run is left."""

    @property
    def is_waited_for(self) -> bool:
        """True while it is being worked on and not done."""
        return self.is_active and not self.is_done

    @property
    def is_active(self) -> bool:
        """True while it is being worked on."""
        return not self.state.is_final and self.state not in (State.PENDING, State.WAITING)

    def elapsed_ms(self, now: datetime) -> int:
        """Return its duration, final or until `now`: then in whole seconds, for a calm display."""
        if self.began is None:
            return 0
        if self.state.is_final and self.last is not None:
            return self.last.elapsed_ms
        return max(0, int((now - self.began).total_seconds())) * 1000


class RunState:
    """The rows of a run, in the order of its plan, and the run's result."""

    def __init__(self) -> None:
        self._rows: dict[Address, Row] = {}
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

    def apply(self, record: LogRecord) -> None:
        """Apply one record."""
        match record.event:
            case PlanChange() as change:
                verb = change.verb or change.action.value
                self._rows[change.address] = Row(change.address, verb)
            case Transition() as transition:
                self._move(transition, record.timestamp)
            case Progress() as progress:
                self._detail(progress.address, describe_progress(progress))
                if progress.done and progress.address in self._rows:
                    self._rows[progress.address].is_done = True
            case Output() as output:
                self._detail(output.address, printable(output.line))
            case CheckStarted() as check:
                self._rows[check.address] = Row(check.address, "check", State.CHECKING, began=record.timestamp)
            case CheckFinished() as check:
                row = self._rows.setdefault(check.address, Row(check.address, "check"))
                row.state, row.last, row.detail = check.state, check, cause_text(check.cause, check.state)
            case RollbackStep() as step:
                self._detail(step.address, "rolling back")
            case RunFinished() as finished:
                self.finished = finished

    def _move(self, transition: Transition, now: datetime) -> None:
        row = self._rows.get(transition.address)
        if row is None:
            if transition.action is Action.NOOP and transition.after in (State.PENDING, State.UNCHANGED):
                return
            row = self._rows[transition.address] = Row(transition.address, transition.action.value)
        row.state, row.last, row.detail = transition.after, transition, cause(transition)
        row.is_done = False
        if row.is_active:
            row.began = row.began or now

    def _detail(self, address: Address, text: str) -> None:
        row = self._rows.get(address)
        if row is not None and row.is_active and text:
            row.detail = text

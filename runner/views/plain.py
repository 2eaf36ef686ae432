"""A run as lines that don't move: one an event, with its time and address, made for logs and for grep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from runner.core.address import Address
from runner.core.event import (
    CheckFinished,
    CheckStarted,
    Finding,
    Output,
    PlanChange,
    Progress,
    Record,
    RunFinished,
    RunStarted,
    StepStatus,
    Transition,
)
from runner.core.lock import LockAcquired, LockBroken, LockReleased, LockWaiting
from runner.core.rollback import RollbackFinished, RollbackStarted, RollbackStep
from runner.views.board import Board
from runner.views.diagnostics import brief
from runner.views.ink import Ink
from runner.views.lines import Line, indented
from runner.views.measure import printable
from runner.views.sentences import advance, checked, lock, phrase, rollback, started
from runner.views.summary import summary, trouble
from runner.views.words import reasons


class PlainView:
    """Writes events to `progress` as they come, and the summary to `result` in the end."""

    def __init__(self, result: TextIO, progress: TextIO) -> None:
        self._result = Ink(result)
        self._progress = Ink(progress)
        self._board = Board()
        self._phases: dict[Address, str] = {}

    def show(self, record: Record) -> None:
        """Write the record's lines."""
        self._board.take(record)
        clock = f"{record.timestamp:%H:%M:%S}.{record.timestamp.microsecond // 1000:03}"
        lines = self._lines(record)
        first = next(lines, None)
        if first is not None:
            self._progress.write([(("", f"{clock} "), *first), *indented(lines)])
        if isinstance(record.event, RunFinished):
            self._result.write(summary(self._board))

    def close(self) -> None:
        """Do nothing: every line has been written."""

    def _lines(self, record: Record) -> Iterator[Line]:
        match record.event:
            case RunStarted() as event:
                yield (("", started(event, record.workflow, record.run_id)),)
            case PlanChange() as event:
                verb = event.verb or event.action.value
                yield (("", f"{event.address} to {verb}: {reasons(event.reasons)}"),)
            case Transition() as event:
                yield (("", f"{event.address} {phrase(event)}"),)
                yield from trouble(event.help, event.tail)
            case CheckStarted() as event:
                yield (("", f"{event.address} checking"),)
            case CheckFinished() as event:
                yield (("", f"{event.address} {checked(event)}"),)
                yield from trouble(event.help, event.tail)
            case LockWaiting() | LockBroken() | LockAcquired() | LockReleased() as event:
                yield (("", lock(event)),)
            case RollbackStarted() | RollbackStep() | RollbackFinished() as event:
                yield (("", rollback(event)),)
            case Progress() as event:
                yield from self._phase(event)
            case Output() as event:
                yield (("", f"{event.address} | {printable(event.line)}"),)
            case Finding() as event:
                yield from brief(event.diagnostic)
            case RunFinished() as event:
                yield (("", f"run {record.run_id} {event.result}: exit {event.exit_code}"),)

    def _phase(self, progress: Progress) -> Iterator[Line]:
        """Yield a line when a new phase begins, or a step of a build ends; how far it is changes too often for that."""
        if progress.status is not None:
            if progress.status is not StepStatus.RUNNING:
                yield (("", f"{progress.address} {advance(progress)}"),)
        elif self._phases.get(progress.address) != progress.phase:
            self._phases[progress.address] = progress.phase
            yield (("", f"{progress.address} {printable(progress.phase)}"),)

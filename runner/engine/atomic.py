"""The end of an atomic run: commit or rollback, as a whole.

Until then nothing of the old state has been removed, and no resource has been reported as finished.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from runner.core.address import Address
from runner.core.errors import RunnerError, StepFailed
from runner.core.event import Event
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackFinished, RollbackStarted, RollbackStep
from runner.engine.scheduler import Schedule


def commit_or_undo(schedule: Schedule) -> Iterator[Event]:
    """Commit the run or roll it back; neither can be interrupted."""
    why = schedule.context.watcher.shield()
    with schedule.context.slot():
        if why is None:
            yield from _commit(schedule)
        else:
            yield from _undo(schedule, why)


def _commit(schedule: Schedule) -> Iterator[Event]:
    """Remove what the new state has replaced."""
    for address, state in schedule.deferred.items():
        error = schedule.context.undo_log.commit(address)
        if error is None:
            yield from schedule.move(address, state)
        else:
            yield from schedule.move(address, State.FAILED, error=error)


def _undo(schedule: Schedule, why: str) -> Iterator[Event]:
    """Roll everything back, newest first."""
    undo_log, started = schedule.context.undo_log, time.monotonic()
    doomed = tuple(undo_log.newest_first())
    cause = why if schedule.failed_at is None else str(schedule.failed_at)
    yield RollbackStarted(cause, doomed)
    left: dict[Address, RunnerError] = {}
    for address in doomed:
        yield RollbackStep(address)
        if (error := undo_log.undo(address)) is not None:
            left[address] = error
    _try_again(schedule, left)
    left.update(undo_log.undo_last())
    yield from _tell(schedule, left, why)
    took = int((time.monotonic() - started) * 1000)
    yield RollbackFinished({str(address): error.message for address, error in left.items()}, took)
    schedule.result = "failed" if left else "rolled_back" if schedule.failed_at else "cancelled"


def _try_again(schedule: Schedule, left: dict[Address, RunnerError]) -> None:
    """Retry what could not be undone, once everything else is: it may depend on something undone later."""
    for address in reversed(tuple(left)):
        error = schedule.context.undo_log.undo(address)
        if error is None:
            del left[address]
        else:
            left[address] = error


def _tell(schedule: Schedule, left: dict[Address, RunnerError], why: str) -> Iterator[Event]:
    """Report the final states: of what was rolled back, and of what has no way back, such as a pull."""
    undone = schedule.context.undo_log.rollbacks
    for address, state in _unfinished(schedule).items():
        if address in left:
            error = left[address]
            message = f"{why}, and this could not be rolled back: {error.message}"
            yield from schedule.move(
                address, State.FAILED, error=StepFailed(message, help=error.help, code="rollback-incomplete")
            )
        elif address in undone or state is State.REMOVED:
            yield from schedule.move(address, State.ROLLED_BACK, cause=why)
        else:
            yield from schedule.move(address, state)


def _unfinished(schedule: Schedule) -> dict[Address, State]:
    to_confirm = dict.fromkeys(schedule.to_confirm, State.READY)
    return {**schedule.deferred, **to_confirm}

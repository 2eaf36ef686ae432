"""An event as lines of text, the same wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.event import (
    CheckFinished,
    CheckStarted,
    DiagnosticEvent,
    LogRecord,
    Output,
    PlanChange,
    Progress,
    RunFinished,
    RunInterrupted,
    RunStarted,
    Transition,
)
from runner.core.rollback_events import RollbackFinished, RollbackStarted, RollbackStep
from runner.core.run_lock import LockAcquired, LockBroken, LockReleased, LockWaiting
from runner.views.diagnostics import one_line
from runner.views.formatting import reasons
from runner.views.lines import Line
from runner.views.messages import (
    describe_check,
    describe_progress,
    describe_transition,
    interrupted,
    lock,
    rollback,
    started,
)
from runner.views.summary import failure_lines
from runner.views.text_width import printable


def event_lines(record: LogRecord) -> Iterator[Line]:
    """Yield the lines of a record, without its time: what happened, and for a failure its details."""
    match record.event:
        case RunStarted() as event:
            yield (("", started(event, record.workflow, record.run_id)),)
        case PlanChange() as event:
            verb = event.verb or event.action.value
            yield (("", f"{event.address} to {verb}: {reasons(event.reasons)}"),)
        case Transition() as event:
            yield (("", f"{event.address} {describe_transition(event)}"),)
            yield from failure_lines(event)
        case CheckStarted() as event:
            yield (("", f"{event.address} checking"),)
        case CheckFinished() as event:
            yield (("", f"{event.address} {describe_check(event)}"),)
            yield from failure_lines(event)
        case LockWaiting() | LockBroken() | LockAcquired() | LockReleased() as event:
            yield (("", lock(event)),)
        case RollbackStarted() | RollbackStep() | RollbackFinished() as event:
            yield (("", rollback(event)),)
        case Progress() as event:
            yield (("", f"{event.address} {describe_progress(event)}"),)
        case Output() as event:
            yield (("", f"{event.address} | {printable(event.line)}"),)
        case DiagnosticEvent() as event:
            yield from one_line(event.diagnostic)
        case RunInterrupted() as event:
            yield (("", interrupted(event.cause, [(one, "") for one in event.working])),)
        case RunFinished() as event:
            yield (("", f"run {record.run_id} {event.result}: exit {event.exit_code}"),)

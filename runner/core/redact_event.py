"""Redacts events: separate from `redact`, since only runs have them, and planning need not know them."""

from __future__ import annotations

from runner.core.event import (
    CheckFinished,
    CheckStarted,
    DiagnosticEvent,
    Event,
    Output,
    PlanChange,
    Progress,
    RunFinished,
    RunInterrupted,
    RunStarted,
    Transition,
)
from runner.core.redact import Redactor
from runner.core.rollback_events import RollbackFinished, RollbackStarted, RollbackStep
from runner.core.run_lock import Holder, LockAcquired, LockBroken, LockReleased, LockWaiting
from runner.core.struct import replace


def redact_event(event: Event, redactor: Redactor) -> Event:
    """Redact all free text of an event."""
    text, optional = redactor.text, redactor.optional
    match event:
        case RunStarted():
            command, actor, file = text(event.command), text(event.actor), optional(event.file)
            return replace(event, command=command, actor=actor, file=file, message=optional(event.message))
        case PlanChange():
            return replace(event, diff=redactor.diffs(event.diff))
        case Transition():
            cause, help, detail = optional(event.cause), optional(event.help), optional(event.detail)
            # A volume's id is its name.
            id, tail = optional(event.id), tuple(map(text, event.tail))
            return replace(event, cause=cause, help=help, detail=detail, tail=tail, id=id)
        case CheckFinished():
            cause, help = optional(event.cause), optional(event.help)
            return replace(event, cause=cause, help=help, tail=tuple(map(text, event.tail)))
        case Progress():
            return replace(event, phase=text(event.phase), answer=optional(event.answer))
        case Output():
            return replace(event, line=text(event.line))
        case DiagnosticEvent():
            return replace(event, diagnostic=redactor.diagnostic(event.diagnostic))
        case LockWaiting() | LockBroken():
            return replace(event, holder=_redact_holder(event.holder, redactor))
        case RollbackFinished():
            return replace(event, left={address: text(why) for address, why in event.left.items()})
        case LockAcquired() | LockReleased() | CheckStarted() | RollbackStarted() | RollbackStep():
            return event
        case RunInterrupted() | RunFinished():
            return event


def _redact_holder(holder: Holder, redactor: Redactor) -> Holder:
    user, host = redactor.text(holder.user), redactor.text(holder.host)
    return replace(holder, user=user, host=host, command=redactor.text(holder.command))

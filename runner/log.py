"""The run's log: turns events into records and writes them as JSON Lines; independent of any view."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TextIO

from runner.core.diagnostic import Severity
from runner.core.event import (
    CheckFinished,
    DiagnosticEvent,
    Event,
    Level,
    LogRecord,
    Progress,
    RunFinished,
    RunInterrupted,
    Transition,
)
from runner.core.redact import Redactor
from runner.core.redact_event import redact_event
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackFinished, RollbackStarted
from runner.core.run_lock import LockBroken
from runner.core.serialize import to_json

if TYPE_CHECKING:
    from structlog.typing import EventDict

_LOUDNESS: Final = {Level.DEBUG: 10, Level.INFO: 20, Level.WARNING: 30, Level.ERROR: 40}
_AFTER: Final = {
    State.FAILED: Level.ERROR,
    State.SKIPPED: Level.WARNING,
    State.CANCELLED: Level.WARNING,
    State.ROLLED_BACK: Level.WARNING,
}
_RESULTS: Final = {"succeeded": Level.INFO, "cancelled": Level.WARNING}


def _now() -> datetime:
    return datetime.now(UTC)


class Recorder:
    """Recorder of a run's events, in the order of their arrival; for use from one thread.

    Nothing sensitive passes: an event is redacted before it gets its number.
    """

    def __init__(
        self, workflow: str, run_id: str, redactor: Redactor | None = None, clock: Callable[[], datetime] = _now
    ) -> None:
        self._workflow = workflow
        self._run_id = run_id
        self._redactor = redactor or Redactor()
        self._clock = clock
        self._seq = 0

    def record(self, event: Event) -> LogRecord:
        """Return the event, redacted, with a sequence number and a timestamp."""
        self._seq += 1
        return LogRecord(
            event=redact_event(event, self._redactor),
            seq=self._seq,
            timestamp=self._clock(),
            run_id=self._run_id,
            workflow=self._workflow,
            level=level_of(event),
        )


def level_of(event: Event) -> Level:
    """Return an event's level: error for a failure, warning for what did not happen, debug for mere progress."""
    match event:
        case Transition():
            return _AFTER.get(event.after, Level.INFO)
        case CheckFinished():
            return _AFTER.get(event.state, Level.INFO)
        case DiagnosticEvent():
            return Level.ERROR if event.diagnostic.severity is Severity.ERROR else Level.WARNING
        case RunFinished():
            return _RESULTS.get(event.result, Level.ERROR)
        case RollbackFinished():
            return Level.ERROR if event.left else Level.WARNING
        case LockBroken() | RollbackStarted() | RunInterrupted():
            return Level.WARNING
        case Progress():
            return Level.DEBUG
        case _:
            return Level.INFO


class JsonLog:
    """Log of records as JSON Lines, from level `threshold` on, each flushed before anything else happens.

    It has a view's interface, so it serves as the JSON view too. The stream is owned by the caller.
    """

    def __init__(self, stream: TextIO, threshold: Level = Level.DEBUG) -> None:
        import structlog

        self._logger: Any = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[_unpack, structlog.processors.JSONRenderer()],
            wrapper_class=structlog.make_filtering_bound_logger(_LOUDNESS[threshold]),
        )

    def show(self, record: LogRecord) -> None:
        """Write the record, unless it is below the threshold."""
        self._logger.log(_LOUDNESS[record.level], record.event.name, record=record)

    def close(self) -> None:
        """Do nothing: every line has been flushed."""


def _unpack(_logger: object, _method: str, entry: EventDict) -> EventDict:
    """Replace structlog's keys by the record's own, in their order."""
    return dict(to_json(entry["record"]))

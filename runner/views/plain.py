"""A run as plain lines: one per event, with its time and address, made for logs and for grep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from threading import RLock
from time import monotonic
from typing import Final, TextIO

from runner.core.address import Address
from runner.core.event import (
    LogRecord,
    PlanChange,
    Progress,
    RunFinished,
    RunInterrupted,
    StepStatus,
    Transition,
)
from runner.core.resource_state import State
from runner.core.run_lock import LockAcquired, LockBroken, LockReleased, LockWaiting
from runner.views.event_lines import event_lines
from runner.views.heartbeat import Heartbeat, still_waiting
from runner.views.lines import Line, indented
from runner.views.messages import describe_phase, describe_progress, interrupted, lock
from runner.views.next_steps import HowCalled
from runner.views.run_state import Row, RunState
from runner.views.summary import summary
from runner.views.writer import LineWriter

_CROWD: Final = 40
"""Resources of a run at most for whose every state there is a line."""
_ON_THE_WAY: Final = (State.WAITING, State.CREATING, State.STARTING, State.STOPPING, State.REMOVING)
_MOST_BEATS: Final = 12
"""Lines of one heartbeat at most."""


class PlainView:
    """Writes events to `progress` as they come, and the summary to `result` at the end.

    With a `heartbeat`, in seconds, it also reports what is waited for whenever nothing was written about it for that
    long. If it `follows_plan`, it doesn't repeat the plan, and of very many resources tells only how they end.
    """

    def __init__(
        self,
        result: TextIO,
        progress: TextIO,
        *,
        heartbeat: float | None = None,
        follows_plan: bool = False,
        call: HowCalled | None = None,
    ) -> None:
        self._result = LineWriter(result)
        self._progress = LineWriter(progress)
        self._board = RunState()
        self._follows_plan = follows_plan
        self._call = call
        self._phases: set[tuple[Address, str, Address | None]] = set()
        """What was told, by the resources that it is about."""
        self._said: dict[Address | None, float] = {}
        """When something was last written about a resource, or about the run."""
        self._lock_holder: str | None = None
        self._in_use = RLock()
        self._silence = heartbeat or 0.0
        self._heartbeat = Heartbeat(self._beat, heartbeat) if heartbeat else None

    def show(self, record: LogRecord) -> None:
        """Write the record's lines."""
        with self._in_use:
            self._board.apply(record)
            lines = self._lines(record)
            first = next(lines, None)
            if first is not None:
                self._write(record.timestamp, first, lines)
            if first is not None or isinstance(record.event, Transition):
                self._said[getattr(record.event, "address", None)] = monotonic()
        if isinstance(record.event, RunFinished):
            self.close()
            self._result.write(summary(self._board, call=self._call))

    def close(self) -> None:
        """Stop the heartbeat: every line has been written."""
        if self._heartbeat is not None:
            self._heartbeat.stop()
            self._heartbeat = None

    def _write(self, moment: datetime, first: Line, rest: Iterable[Line] = ()) -> None:
        clock = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03}"
        self._progress.write([(("", f"{clock} "), *first), *indented(iter(rest))])

    def _beat(self) -> None:
        """Report what is waited for and has had no output for a while."""
        with self._in_use:
            now, moment = monotonic(), datetime.now(UTC)

            def due(row: Row) -> bool:
                return now - self._said.get(row.address, 0.0) >= self._silence

            lines = [*still_waiting(self._board, due, moment)]
            rows = [row for row, _ in lines if row is not None]
            if not rows and now - max(self._said.values(), default=now) < self._silence:
                return
            self._said |= {row.address: now for row in rows} | {None: now}
            for sentence in _at_most([sentence for _, sentence in lines], _MOST_BEATS) if rows else [self._at_work]:
                self._write(moment, (("", sentence),))

    @property
    def _is_crowd(self) -> bool:
        return self._follows_plan and len(self._board.rows) > _CROWD

    @property
    def _at_work(self) -> str:
        """What the run as a whole waits for."""
        return f"still {self._lock_holder}" if self._lock_holder else "still running"

    def _lines(self, record: LogRecord) -> Iterator[Line]:
        match record.event:
            case PlanChange() if self._follows_plan:
                return
            case Transition(after=after) if self._is_crowd and after in _ON_THE_WAY:
                return
            case RunInterrupted() as event:
                verbs = {row.address: row.verb for row in self._board.rows}
                text = interrupted(event.cause, [(one, verbs.get(one, "")) for one in event.working])
                yield (("", f"{text}; interrupt again to stop at once"),)
            case Progress() as event:
                yield from self._phase(event)
            case LockWaiting() | LockBroken() | LockAcquired() | LockReleased() as event:
                self._lock_holder = lock(event) if isinstance(event, LockWaiting) else None
                yield from event_lines(record)
            case _:
                yield from event_lines(record)

    def _phase(self, progress: Progress) -> Iterator[Line]:
        """Yield a line when a phase begins or a build step ends; progress within a phase changes too often for that.

        Phases that alternate, as those of a pull's layers do, are told once.
        """
        if progress.status is not None:
            if progress.status is not StepStatus.RUNNING:
                yield (("", f"{progress.address} {describe_progress(progress)}"),)
        elif (begun := (progress.address, progress.phase, progress.of)) not in self._phases:
            self._phases.add(begun)
            if progress.awaits != "settled" or (progress.done and not self._is_crowd):  # that it runs was told already
                yield (("", f"{progress.address} {describe_phase(progress)}"),)


def _at_most(sentences: list[str], most: int) -> list[str]:
    """Return the first and the last of many sentences, with a count of those between."""
    between = len(sentences) - most
    return [*sentences[: most - 1], f"{between} more still at work", *sentences[-1:]] if between > 1 else sentences

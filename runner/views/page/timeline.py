"""The timeline of a run: for each resource, its stages one after another, in milliseconds since the run began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise
from typing import Final

from runner.core.address import Address
from runner.core.event import CheckFinished, CheckStarted, LogRecord, PlanChange, Progress, Transition
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackStep
from runner.core.struct import MutableStruct, Struct, field
from runner.views.run_state import Row


class Stage(Enum):
    """What a resource is going through; the values are the words that are shown."""

    QUEUED = "queued"
    WAITING = "waiting"
    PULLING = "pulling"
    BUILDING = "building"
    CREATING = "creating"
    UPDATING = "updating"
    STARTING = "starting"
    BECOMING_READY = "becoming ready"
    RUNNING = "running"
    STOPPING = "stopping"
    REMOVING = "removing"
    CHECKING = "checking"
    READY = "ready"
    ROLLING_BACK = "rolling back"

    @property
    def is_idle(self) -> bool:
        """True while nothing is done for the resource: it waits for others, or others no longer wait for it."""
        return self in _IDLE


_RUNS_TO_ITS_END: Final = "run"
"""The verb for a resource that does its work by running, and isn't there to become ready."""
_IDLE: Final = (Stage.QUEUED, Stage.WAITING, Stage.READY)
_STAGES: Final = {stage.value: stage for stage in Stage} | {State.PENDING.value: Stage.QUEUED}


class Segment(Struct):
    """A stage of a resource, from `begin` to `end`."""

    stage: Stage
    begin: int
    end: int

    @property
    def duration(self) -> int:
        """Its length."""
        return self.end - self.begin


class Bar(Struct):
    """A resource's stages, and what became of it."""

    row: Row
    segments: tuple[Segment, ...]

    @property
    def address(self) -> Address:
        """Its address."""
        return self.row.address

    @property
    def begin(self) -> int:
        """When the work on it began; if it never did, when its waiting ended."""
        return next((one.begin for one in self.segments if not one.stage.is_idle), self.segments[-1].end)

    @property
    def end(self) -> int:
        """When the last work on it ended."""
        return max((one.end for one in self.segments if not one.stage.is_idle), default=self.segments[-1].end)

    @property
    def worked(self) -> int:
        """How long work on it took."""
        return sum(one.duration for one in self.segments if not one.stage.is_idle)

    @property
    def has_worked(self) -> bool:
        """True if anything was done for it."""
        return any(not one.stage.is_idle for one in self.segments)

    @property
    def milestones(self) -> Iterator[int]:
        """Yield the moments from which others could go on: it runs, it is ready, it has ended."""
        for segment in self.segments:
            if segment.stage in (Stage.RUNNING, Stage.BECOMING_READY, Stage.READY):
                yield segment.begin
        yield self.segments[-1].end


class Timeline(Struct):
    """The bars of a run in the order in which the work on them began, and the duration of all."""

    began: datetime
    duration: int
    bars: tuple[Bar, ...]

    def bar(self, address: Address) -> Bar | None:
        """Return the bar of a resource, None for one that has none."""
        return next((bar for bar in self.bars if bar.address == address), None)


def timeline_of(records: Sequence[LogRecord], rows: Iterable[Row]) -> Timeline:
    """Return the timeline of a run that has begun; bars of an unfinished one end with its last record.

    `rows` are the resources with their last states.
    """
    began, last = records[0].timestamp, records[-1].timestamp
    marks = _Marks(began)
    for record in records:
        marks.add(record)
    duration = milliseconds(last - began)
    bars = [bar for row in rows if (bar := marks.bar(row, duration)) is not None]
    return Timeline(began, duration, tuple(sorted(bars, key=lambda bar: (bar.begin, bar.end))))


class _Marks(MutableStruct):
    """The moments at which each resource entered a stage; None marks its end."""

    began: datetime
    of: dict[Address, list[tuple[int, Stage | None]]] = field(default_factory=dict)

    def add(self, record: LogRecord) -> None:
        """Add the mark that an event sets, if any."""
        match record.event:
            case PlanChange() as event:
                self._set(event.address, record, Stage.QUEUED)
            case Transition() as event:
                self._set(event.address, record, None if event.after.is_final else _STAGES[event.after.value])
            case Progress(done=True) as event:
                self._set(event.address, record, Stage.READY)
            case CheckStarted() as event:
                self._set(event.address, record, Stage.CHECKING)
            case CheckFinished() as event:
                if event.address not in self.of:
                    self._set(event.address, record, Stage.QUEUED)
                self._set(event.address, record, None)
            case RollbackStep() as event:
                self._set(event.address, record, Stage.ROLLING_BACK)

    def bar(self, row: Row, end: int) -> Bar | None:
        """Return the bar of a row; None without any mark."""
        marks = self.of.get(row.address, [])
        if not marks:
            return None
        running = Stage.RUNNING if row.verb == _RUNS_TO_ITS_END else Stage.BECOMING_READY
        segments = [
            Segment(running if stage is Stage.RUNNING else stage, begin, until)
            for (begin, stage), (until, _) in pairwise([*marks, (end, None)])
            if stage is not None
        ]
        kept = [segment for segment in segments if segment.duration] or segments[-1:]
        return Bar(row, tuple(kept)) if kept else None

    def _set(self, address: Address, record: LogRecord, stage: Stage | None) -> None:
        marks = self.of.setdefault(address, [])
        if not marks or marks[-1][1] is not stage:
            marks.append((milliseconds(record.timestamp - self.began), stage))


def milliseconds(delta: timedelta) -> int:
    """Return a span of time in milliseconds, never negative, whatever clocks do."""
    return max(0, round(delta.total_seconds() * 1000))

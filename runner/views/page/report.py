"""What the page of a run tells, as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runner.core.address import Address
from runner.core.event import LogRecord, Output, RunFinished, RunStarted
from runner.core.plan import Plan
from runner.core.plan_order import PlanOrder
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackStep
from runner.core.struct import Struct
from runner.views.messages import UNFINISHED
from runner.views.page.critical_path import Link, critical_path
from runner.views.page.timeline import Bar, Timeline, timeline_of
from runner.views.run_state import RunState


class RecordedRun(Struct, kw_only=True):
    """A run as it was recorded; without a plan or an order where those weren't."""

    records: tuple[LogRecord, ...]
    """At least `run.started`."""
    plan: Plan | None = None
    order: PlanOrder | None = None
    engine_address: str = ""
    targets: tuple[str, ...] = ()
    is_partial: bool = False
    """True if it also had events that this version doesn't know."""


class RunReport(Struct, kw_only=True):
    """A run, and what follows from its events."""

    run: RecordedRun
    start: RunStarted
    ending: RunFinished | None
    states: Mapping[Address, State]
    """The last state of each resource that changed, was to change, or was checked."""
    timeline: Timeline
    path: tuple[Link, ...]
    """The critical path."""
    failures: tuple[Bar, ...]
    """The resources that failed by themselves, in the order of the timeline."""
    outputs: Mapping[Address, tuple[str, ...]]
    """The output of each resource that had any while it was worked on."""

    @property
    def id(self) -> str:
        """The run's ID."""
        return self.run.records[0].run_id

    @property
    def workflow(self) -> str:
        """The workflow's name."""
        return self.run.records[0].workflow

    @property
    def result(self) -> str:
        """The result in one word."""
        return self.ending.result if self.ending else UNFINISHED


def report_of(run: RecordedRun) -> RunReport:
    """Return the report of a recorded run; ValueError if its record doesn't begin with its start."""
    records = run.records
    if not records or not isinstance(start := records[0].event, RunStarted):
        raise ValueError("the record does not begin with run.started")
    state = RunState()
    for record in records:
        state.apply(record)
    timeline = timeline_of(records, state.rows)
    ending = records[-1].event
    return RunReport(
        run=run,
        start=start,
        ending=ending if isinstance(ending, RunFinished) else None,
        states={row.address: row.state for row in state.rows},
        timeline=timeline,
        path=critical_path(timeline, records, run.order.awaited if run.order else {}),
        failures=tuple(_failures(timeline, records)),
        outputs=_outputs(records),
    )


def _failures(timeline: Timeline, records: Sequence[LogRecord]) -> list[Bar]:
    """Return what failed, without what was only undone because something else had."""
    undone = {record.event.address for record in records if isinstance(record.event, RollbackStep)}
    return [
        bar
        for bar in timeline.bars
        if bar.row.state is State.FAILED or (bar.row.state is State.ROLLED_BACK and bar.address not in undone)
    ]


def _outputs(records: Sequence[LogRecord]) -> dict[Address, tuple[str, ...]]:
    lines: dict[Address, list[str]] = {}
    for record in records:
        if isinstance(record.event, Output):
            lines.setdefault(record.event.address, []).append(record.event.line)
    return {address: tuple(found) for address, found in lines.items()}

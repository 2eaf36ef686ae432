"""That a run is cancelled is told once, with the reason why, wherever the run is."""

from __future__ import annotations

from typing import Any, cast

from runner.core.address import Address
from runner.core.engine import Capabilities, Engine
from runner.core.errors import ProbeFailed
from runner.core.event import CheckFinished, Event, RunInterrupted
from runner.core.plan import Plan
from runner.core.resource_state import State
from runner.core.settings import CheckTiming
from runner.core.state import Resource
from runner.engine.check_runner import run_checks
from runner.engine.event_watcher import Watcher
from runner.engine.scheduler import Schedule
from runner.engine.slots import Slots
from runner.engine.task import CancelRequested, RunContext
from runner.engine.undo_log import UndoLog

CHECK = Resource(Address("check", "page"), "", settings=CheckTiming(timeout=60_000_000_000, interval=10_000_000))


def schedule(*, atomic: bool = False) -> Schedule:
    """A schedule without steps, which asks no engine."""
    plan = Plan("shop", Engine("Docker", "28.5.2", "1.51", "linux", "amd64", Capabilities()), (), atomic=atomic)
    nobody = cast("Any", None)
    return Schedule(RunContext(plan, nobody, {}, Watcher(lambda: iter(())), 60, Slots(1), UndoLog(atomic)))


def told(run: Schedule, *reasons: str) -> list[Event]:
    return [event for why in reasons for event in run.handle(CancelRequested(why))]


def test_the_first_of_two_reasons_is_told() -> None:
    assert told(schedule(), "lock lost", "interrupted") == [RunInterrupted("lock lost", ())]


def test_an_interruption_after_a_failure_is_told_as_one() -> None:
    run = schedule(atomic=True)
    run.context.watcher.cancel("container.web failed")
    assert told(run, "interrupted") == [RunInterrupted("interrupted", ())]


def test_an_interruption_of_checks_is_told_before_they_end() -> None:
    run = schedule()
    watcher, outbox = run.context.watcher, run.context.outbox

    def interrupt(_check: Resource) -> None:
        watcher.cancel()
        outbox.put(CancelRequested("interrupted"))
        raise ProbeFailed("is not so")

    events = list(run.count_checks(run_checks([CHECK], interrupt, lambda: watcher.is_cancelled, outbox)))
    interrupted, finished = (
        [event for event in events if isinstance(event, kind)] for kind in (RunInterrupted, CheckFinished)
    )
    assert (len(interrupted), finished[0].state) == (1, State.CANCELLED)
    assert events.index(interrupted[0]) < events.index(finished[0])

"""A run in plain lines says what it waits for whenever nothing was heard of that for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import StringIO

from runner.core.address import Address
from runner.core.event import CheckStarted, Event, Output, PlanChange, Progress, RunFinished, Transition
from runner.core.plan import Action, Reason
from runner.core.resource_state import State
from runner.core.run_lock import Holder, LockWaiting
from runner.log import Recorder
from runner.views.plain import PlainView

DB, WEB, JOB, CHECK = (
    Address(*one) for one in (("container", "db"), ("container", "web"), ("job", "x"), ("check", "y"))
)
INTERVAL = 0.04


class Shown:
    """A plain view of a run that goes on, and the lines that it has written."""

    def __init__(self, interval: float = INTERVAL) -> None:
        self._progress = StringIO()
        self.view = PlainView(StringIO(), self._progress, heartbeat=interval)
        self._recorder = Recorder("shop", "run", None)

    def show(self, *events: Event) -> Shown:
        for event in events:
            self.view.show(self._recorder.record(event))
        return self

    def wait_for(self, words: str, times: int = 1, seconds: float = 5) -> list[str]:
        return self._wait(lambda lines: sum(words in line for line in lines) >= times, words, seconds)

    def _wait(self, met: Callable[[list[str]], bool], what: str, seconds: float) -> list[str]:
        until = time.monotonic() + seconds
        while not met(lines := self._progress.getvalue().splitlines()):
            assert time.monotonic() < until, f"no {what} in {lines}"
            time.sleep(INTERVAL / 4)
        return lines


def plan(address: Address) -> PlanChange:
    return PlanChange(address, Action.CREATE, "create", (Reason.MISSING,), ())


def enter(address: Address, state: State) -> Transition:
    return Transition(address, Action.CREATE, State.PENDING, state)


def test_every_kind_of_wait_is_told_with_what_it_is_for_and_since_when():
    shown = Shown().show(*map(plan, (DB, JOB, WEB)), enter(DB, State.RUNNING), Progress(DB, "until ready"))
    shown.show(enter(JOB, State.CREATING), Progress(JOB, "pulling", 5_000_000, 20_000_000))
    shown.show(CheckStarted(CHECK))
    try:
        shown.wait_for("container.db still running after 0s: until ready")
        shown.wait_for("job.x still creating after 0s: pulling 5.0 MB of 20.0 MB")
        shown.wait_for("check.y still checking after 0s")
        lines = shown.wait_for("1 resource pending", times=2)
        assert not any("container.web still" in line for line in lines)
    finally:
        shown.view.close()


def test_what_only_awaits_the_last_look_is_not_waited_for():
    shown = Shown().show(plan(DB), plan(JOB), enter(DB, State.RUNNING), Progress(DB, "is ready", done=True))
    shown.show(enter(JOB, State.RUNNING))
    try:
        lines = shown.wait_for("job.x still running", times=2)
        assert not any("container.db still" in line for line in lines)
    finally:
        shown.view.close()


def test_a_wait_for_the_lock_is_told():
    holder = Holder(run_id="r", user="ada", host="h", pid=1, command="apply", since="2026-01-01T00:00:00Z")
    shown = Shown().show(LockWaiting(holder))
    try:
        shown.wait_for("still waiting for the lock of ", times=2)
    finally:
        shown.view.close()


def test_what_is_heard_of_and_what_is_over_says_nothing_by_itself():
    shown = Shown(interval=1).show(plan(JOB), enter(JOB, State.RUNNING))
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        shown.show(Output(JOB, "at it"))
        time.sleep(INTERVAL)
    shown.show(RunFinished("succeeded", {}, 0, 0))
    assert not any("still" in line for line in shown.wait_for("exit 0"))


def test_what_is_pending_is_told_with_what_most_of_it_waits_for():
    shown = Shown().show(plan(DB), plan(WEB), plan(JOB), enter(DB, State.RUNNING))
    for address in (WEB, JOB):
        waits_for = {str(DB): "healthy"}
        shown.show(Transition(address, Action.CREATE, State.PENDING, State.WAITING, waits_for=waits_for))
    shown.show(Progress(DB, "until healthy", awaits="healthy", answer="no answer on 5432"))
    try:
        shown.wait_for("container.db still running after 0s: until healthy: no answer on 5432")
        shown.wait_for("2 resources pending, waiting for container.db healthy")
    finally:
        shown.view.close()


def test_a_beat_of_very_many_is_a_few_lines_and_a_count():
    many = [Address("container", f"svc-{number}") for number in range(100)]
    shown = Shown(interval=1).show(*map(plan, many), *(enter(one, State.STARTING) for one in many))
    try:
        lines = shown.wait_for("more still at work")
        told = [line for line in lines if " still starting after" in line or "more still at work" in line]
        first = told.index(next(line for line in told if "more still" in line))
        assert first <= 24, "the first beats of those that have just begun, and of all"
        assert "container.svc-99 still starting" in shown.wait_for("container.svc-99 still")[-1]
    finally:
        shown.view.close()

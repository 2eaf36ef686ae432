"""Runs in their middle, each with much of one sort going on, to be looked at in windows of several widths."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runner.core.address import Address
from runner.core.event import CheckStarted, LogRecord, Output, Progress, RunInterrupted, StepStatus
from runner.core.plan import Action, Reason
from runner.core.resource_state import State
from runner.core.run_lock import Holder, LockWaiting
from tests.unit.views.streams import DB, IMAGE, MIGRATE, NETWORK, PROXY, STARTED, WEB, Stream

CACHE, BASE = Address("container", "cache"), Address("image", "base")
MEGABYTE = 1_000_000


def pulls_and_builds() -> list[LogRecord]:
    """One image is pulled, at a rate; of another, two build steps run at once, and one writes."""
    stream = Stream().add(STARTED)
    stream.plan(BASE, Action.CREATE, "pull", Reason.MISSING)
    stream.plan(IMAGE, Action.CREATE, "build", Reason.MISSING)
    stream.plan(WEB, Action.CREATE, "create", Reason.MISSING)
    stream.move(WEB, State.WAITING, cause="image.web", waits_for={"image.web": "exists", "image.base": "exists"})
    stream.move(BASE, State.PULLING).move(IMAGE, State.BUILDING)
    for done in (3, 9, 15):
        stream.add(Progress(BASE, "downloading", done * MEGABYTE, 80 * MEGABYTE))
    stream.add(Progress(IMAGE, "[web 2/7] COPY . /src", status=StepStatus.DONE, elapsed_ms=1300))
    step = "[web 3/7] RUN make --jobs=8 everything-there-is-to-make && make test"
    stream.add(Progress(IMAGE, step, status=StepStatus.RUNNING))
    return stream.add(Output(IMAGE, "\x1b[32mcompiling\x1b[0m 10%\rcompiling src/very/long/path/of/a/module.c")).records


def waits() -> list[LogRecord]:
    """One becomes healthy, another ready, a third is watched; others wait for these, for a place, or no more."""
    stream = Stream().add(STARTED)
    for address, verb in ((DB, "create"), (CACHE, "create"), (PROXY, "create"), (WEB, "replace"), (MIGRATE, "run")):
        stream.plan(address, Action.CREATE, verb, Reason.MISSING)
    stream.plan(NETWORK, Action.CREATE, "create", Reason.MISSING)
    stream.move(MIGRATE, State.WAITING, waits_for={str(DB): "strongest", str(NETWORK): "exists"})
    stream.move(WEB, State.WAITING, waits_for={str(DB): "healthy", str(PROXY): "ready", str(CACHE): "strongest"})
    stream.move(NETWORK, State.CREATING, State.READY)
    stream.move(DB, State.CREATING, State.STARTING, State.RUNNING)
    stream.add(Progress(DB, "until healthy", awaits="healthy"))
    stream.move(CACHE, State.CREATING, State.STARTING, State.RUNNING)
    stream.add(Progress(CACHE, "being watched", awaits="settled"))
    stream.move(PROXY, State.CREATING, State.STARTING, State.RUNNING)
    answer = "connection to 127.0.0.1:8080 refused"
    stream.add(Progress(PROXY, "until ready", awaits="ready", answer=answer))
    return stream.add(Progress(DB, "until healthy", awaits="healthy", answer="no response on 5432")).records


def up_and_healthy() -> list[LogRecord]:
    """What met its condition is ticked off, while the run goes on with something else."""
    stream = Stream(None)
    stream.records += waits()
    stream.add(Progress(DB, "is healthy", done=True, awaits="healthy"))
    stream.add(Progress(CACHE, "is running", done=True, awaits="settled"))
    stream.add(Progress(PROXY, "is ready", done=True, awaits="ready"))
    stream.move(MIGRATE, State.STARTING, State.RUNNING)
    return stream.add(Output(MIGRATE, "3 of 12 tables made")).records


def interruption() -> list[LogRecord]:
    """Ctrl-C during a replacement and a job: both are finished, the rest isn't begun."""
    stream = Stream().add(STARTED)
    stream.plan(WEB, Action.REPLACE, "replace", Reason.CONFIG)
    stream.plan(MIGRATE, Action.CREATE, "run", Reason.MISSING)
    stream.plan(DB, Action.CREATE, "create", Reason.MISSING)
    stream.move(WEB, State.CREATING, State.STOPPING).move(MIGRATE, State.STARTING, State.RUNNING)
    stream.add(RunInterrupted("interrupted", (WEB, MIGRATE)))
    return stream.move(DB, State.CANCELLED, cause="interrupted").move(MIGRATE, State.STOPPING).records


def lock_wait() -> list[LogRecord]:
    """Another run has the lock."""
    bob = Holder("bob", "desktop", 4242, "77e1", "apply", "2026-03-04T11:58:00Z")
    return Stream().add(STARTED, LockWaiting(bob), Output(WEB, "a second later")).records


def check() -> list[LogRecord]:
    """A check doesn't pass yet."""
    page = Address("check", "page")
    stream = Stream().add(STARTED, CheckStarted(page))
    stream.add(Progress(page, "until passed", awaits="passed", answer="returned status 502, not 200"))
    return stream.add(Output(WEB, "a second later")).records


def crowd_of(number: int) -> list[LogRecord]:
    """Many: one failed, some are being started, some watched, some wait, and most are up or have yet to begin."""
    stream = Stream().add(STARTED)
    crowd = [Address("container", f"svc-{index:03}") for index in range(number - 1)]
    for address in (DB, *crowd):
        stream.plan(address, Action.CREATE, "create", Reason.MISSING)
    for address in crowd[::7]:
        stream.move(address, State.WAITING, cause="container.db", waits_for={str(DB): "healthy"})
    stream.move(DB, State.CREATING, State.STARTING, State.RUNNING)
    stream.add(Progress(DB, "until healthy", awaits="healthy", answer="no response on 5432"))
    for address in crowd[1 : number * 2 // 3]:
        if address not in crowd[::7]:
            stream.move(address, State.CREATING, State.STARTING, State.RUNNING)
            stream.add(Progress(address, "being watched", awaits="settled"))
    for address in crowd[1 : number // 2]:
        if address not in crowd[::7]:
            stream.add(Progress(address, "is running", done=True, awaits="settled"))
    for address in crowd[-3:]:
        stream.move(address, State.CREATING)
    return stream.move(crowd[1], State.FAILED, cause="exited with code 3").records


SCENES: Mapping[str, Callable[[], list[LogRecord]]] = {
    "pulls_and_builds": pulls_and_builds,
    "waits": waits,
    "up_and_healthy": up_and_healthy,
    "interruption": interruption,
    "lock_wait": lock_wait,
    "check": check,
    "crowd_of_3": lambda: crowd_of(3),
    "crowd_of_40": lambda: crowd_of(40),
    "crowd_of_300": lambda: crowd_of(300),
}

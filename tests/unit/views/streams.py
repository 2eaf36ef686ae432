"""Runs as the executor would report them, one second after another, for every view to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.event import (
    CheckFinished,
    CheckStarted,
    DiagnosticEvent,
    Event,
    LogRecord,
    Output,
    PlanChange,
    Progress,
    RunFinished,
    RunInterrupted,
    RunStarted,
    Transition,
)
from runner.core.file_changes import FileChange, FileStatus
from runner.core.plan import Action, Effect, FieldDiff, Reason
from runner.core.redact import Redactor
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackFinished, RollbackStarted, RollbackStep
from runner.core.run_lock import Holder, LockAcquired, LockBroken, LockReleased, LockWaiting
from runner.core.span import Position, Span
from runner.core.values import UNKNOWN
from runner.log import Recorder

BEGIN = datetime(2026, 3, 4, 12, 3, 4, 120_000, UTC)
WEB, DB, PROXY = (Address("container", name) for name in ("web", "db", "proxy"))
IMAGE, NETWORK, MIGRATE = Address("image", "web"), Address("network", "default"), Address("job", "migrate")
VERSIONS = {"runner": "0.1.0", "engine": "20.10.24", "api": "1.41"}
STARTED = RunStarted("apply", VERSIONS, "ada", "workflow.yaml", "5e0cd1f2ab34997cbb3e3bf0fb5ab7a8d0c9e4f1")


class Stream:
    """Collects records a `step` of seconds apart and keeps track of where each resource is."""

    def __init__(self, redactor: Redactor | None = None, step: float = 1) -> None:
        self._step = step
        self.records: list[LogRecord] = []
        self._states: dict[Address, State] = {}
        self._began: dict[Address, int] = {}
        self._actions: dict[Address, Action] = {}
        self._recorder = Recorder("shop", "20260304T120304-9f2c", redactor, self._clock)

    def add(self, *events: Event) -> Stream:
        self.records += map(self._recorder.record, events)
        return self

    def plan(self, address: Address, action: Action, verb: str, *reasons: Reason, diff: tuple[FieldDiff, ...] = ()):
        self._actions[address] = action
        return self.add(PlanChange(address, action, verb, reasons, diff))

    def move(self, address: Address, *states: State, **more: object) -> Stream:
        """Lead a resource through states; what is said in `more` goes with the last."""
        for state in states:
            began = self._began.setdefault(address, len(self.records))
            self.add(
                Transition(
                    address,
                    self._actions.get(address, Action.NOOP),
                    self._states.get(address, State.PENDING),
                    state,
                    elapsed_ms=(len(self.records) - began) * 1000,
                    **(more if state is states[-1] else {}),
                )
            )
            self._states[address] = state
        return self

    def finish(self, result: str, exit_code: int, counts: Mapping[str, int]) -> list[LogRecord]:
        self.add(RunFinished(result, counts, len(self.records) * 1000, exit_code))
        return self.records

    def _clock(self) -> datetime:
        return BEGIN + timedelta(seconds=len(self.records) * self._step)


def first_apply() -> list[LogRecord]:
    """Everything is made for the first time, and all goes well."""
    stream = Stream().add(STARTED)
    stream.plan(NETWORK, Action.CREATE, "create", Reason.MISSING)
    stream.plan(IMAGE, Action.CREATE, "build", Reason.MISSING)
    stream.plan(DB, Action.CREATE, "create", Reason.MISSING)
    stream.plan(MIGRATE, Action.CREATE, "run", Reason.MISSING)
    stream.plan(WEB, Action.CREATE, "create", Reason.MISSING)
    stream.move(WEB, State.WAITING, cause="image.web", waits_for={"container.db": "strongest", "image.web": "exists"})
    stream.move(IMAGE, State.BUILDING)
    stream.add(Progress(IMAGE, "[1/2] FROM alpine", 3_500_000, 7_000_000))
    stream.move(NETWORK, State.CREATING, State.READY, id="6c" * 32)
    stream.move(DB, State.CREATING, State.STARTING, State.CHECKING)
    stream.add(Progress(IMAGE, "RUN make", 2, 2, "steps"))
    stream.add(Output(IMAGE, "\x1b[32mcompiling\x1b[0m 10%\rcompiling 100%"))
    stream.move(DB, State.READY)
    stream.move(MIGRATE, State.RUNNING)
    stream.add(Output(MIGRATE, "3 tables made"))
    stream.move(MIGRATE, State.SUCCEEDED)
    stream.move(IMAGE, State.READY, id="sha256:" + "1f" * 32)
    stream.move(WEB, State.CREATING, State.STARTING, State.READY)
    return stream.finish("succeeded", 0, {"ready": 4, "succeeded": 1})


def failed() -> list[LogRecord]:
    """One resource fails, what depends on it is skipped, the rest finishes."""
    stream = Stream().add(STARTED)
    diff = (
        FieldDiff("image", "sha256:" + "1f" * 32, UNKNOWN, Reason.IMAGE, Effect.REPLACE),
        FieldDiff("environment.MODE", "dev", "prod", Reason.CONFIG, Effect.REPLACE),
        FieldDiff(
            "build.context", "a", "b", Reason.CONFIG, Effect.REPLACE, (FileChange(FileStatus.REMOVED, 1, ("x",)),)
        ),
        FieldDiff("limits", None, {"memory": 67108864, "cpus": (1, 2.5)}, Reason.DRIFT, Effect.UPDATE),
    )
    stream.plan(DB, Action.UPDATE, "update", Reason.DRIFT)
    stream.plan(WEB, Action.REPLACE, "replace", Reason.CONFIG, Reason.IMAGE, diff=diff)
    stream.plan(PROXY, Action.CREATE, "create", Reason.MISSING)
    stream.move(NETWORK, State.UNCHANGED)
    stream.move(PROXY, State.WAITING, cause="container.web")
    stream.move(DB, State.UPDATING)
    stream.move(WEB, State.CREATING, State.STARTING, State.CHECKING)
    stream.move(WEB, State.STARTING, attempt=2)
    stream.move(
        WEB,
        State.FAILED,
        cause="not ready within 30s: 80/tcp refuses",
        help='see "runner logs container.web"',
        tail=("nginx: [emerg] bind() to 0.0.0.0:80 failed", "\x1b[2Jnginx: exiting"),
        code="wait-timeout",
    )
    stream.move(PROXY, State.SKIPPED, cause="container.web")
    stream.move(DB, State.READY)
    return stream.finish("failed", 1, {"ready": 1, "failed": 1, "skipped": 1, "unchanged": 3})


def rolled_back() -> list[LogRecord]:
    """A replacement isn't healthy, and the old one serves again."""
    place = Span("workflow.yaml", Position(4, 3), Position(4, 9))
    warning = Diagnostic("unused", 'nothing uses "images.old"', place, "remove it", severity=Severity.WARNING)
    stream = Stream().add(STARTED, DiagnosticEvent(warning))
    stream.plan(WEB, Action.REPLACE, "replace", Reason.CONFIG)
    stream.move(WEB, State.CREATING, State.STARTING, State.CHECKING)
    stream.move(WEB, State.ROLLED_BACK, cause="unhealthy after 5 tries", tail=("connection refused",))
    return stream.finish("rolled_back", 5, {"rolled_back": 1, "unchanged": 2})


def undone() -> list[LogRecord]:
    """Something fails in the middle, and all that was done is undone, but for one thing."""
    stream = Stream().add(STARTED)
    stream.plan(NETWORK, Action.CREATE, "create", Reason.MISSING)
    stream.plan(DB, Action.UPDATE, "update", Reason.CONFIG)
    stream.plan(WEB, Action.REPLACE, "replace", Reason.CONFIG)
    stream.move(NETWORK, State.CREATING).move(DB, State.UPDATING)
    stream.move(WEB, State.CREATING, State.STARTING, State.ROLLED_BACK, cause="is unhealthy; the old one is back")
    stream.add(RollbackStarted("container.web", (DB, NETWORK)), RollbackStep(DB), RollbackStep(NETWORK))
    stream.move(NETWORK, State.ROLLED_BACK, cause="container.web failed")
    why = "limits.memory could not be restored"
    stream.move(DB, State.FAILED, cause=f"container.web failed, and this could not be rolled back: {why}")
    stream.add(RollbackFinished({str(DB): why}, 2000))
    return stream.finish("failed", 1, {"failed": 1, "rolled_back": 2})


def nothing_to_do() -> list[LogRecord]:
    """The engine is as the file wants it."""
    stream = Stream().add(STARTED)
    for address in (NETWORK, IMAGE, WEB):
        stream.move(address, State.UNCHANGED)
    return stream.finish("succeeded", 0, {"unchanged": 3})


def interrupted() -> list[LogRecord]:
    """Somebody pressed Ctrl-C in the middle."""
    stream = Stream().add(STARTED)
    stream.plan(DB, Action.DELETE, "delete", Reason.ORPHAN)
    stream.plan(IMAGE, Action.CREATE, "pull", Reason.MISSING)
    stream.plan(WEB, Action.CREATE, "create", Reason.MISSING)
    stream.move(DB, State.STOPPING, State.REMOVING, State.REMOVED)
    stream.move(IMAGE, State.PULLING)
    stream.add(Progress(IMAGE, "downloading", 12_345_678), RunInterrupted("interrupted", (IMAGE,)))
    stream.move(IMAGE, State.CANCELLED)
    stream.move(WEB, State.CANCELLED)
    return stream.finish("cancelled", 130, {"removed": 1, "cancelled": 2})


def waited() -> list[LogRecord]:
    """Others have the lock: one who comes to an end, and one who is dead."""
    bob = Holder("bob", "desktop", 4242, "77e1", "apply", "2026-03-04T11:58:00Z")
    eve = Holder("eve", "laptop", 1717, "0a1b", "destroy", "2026-03-04T12:01:00Z")
    stream = Stream().add(STARTED, LockWaiting(bob), LockWaiting(eve))
    stream.add(LockBroken(eve, "it has not been heard of for 31 s"), LockAcquired(waited_ms=34_000))
    stream.plan(NETWORK, Action.CREATE, "create", Reason.MISSING)
    stream.move(NETWORK, State.CREATING, State.READY)
    stream.add(LockReleased(held_ms=3000))
    return stream.finish("succeeded", 0, {"ready": 1})


def checked() -> list[LogRecord]:
    """Everything comes up, but one of three checks doesn't hold, and another rests on it."""
    tcp, page, text = (Address("check", name) for name in ("db", "page", "text"))
    stream = Stream().add(STARTED)
    stream.plan(WEB, Action.CREATE, "create", Reason.MISSING)
    stream.move(WEB, State.CREATING, State.STARTING, State.READY)
    stream.add(CheckStarted(tcp), CheckStarted(page))
    stream.add(CheckFinished(tcp, State.SUCCEEDED, attempt=2, elapsed_ms=1000))
    why = "returned status 502, for 30 s"
    stream.add(CheckFinished(page, State.FAILED, why, "see its log", 60, 30_000, ("upstream refused",), "check-failed"))
    stream.add(CheckFinished(text, State.SKIPPED, "check.page"))
    return stream.finish("failed", 1, {"ready": 1, "succeeded": 1, "failed": 1, "skipped": 1})


def crowd(number: int = 30) -> list[LogRecord]:
    """More resources than a terminal has lines."""
    stream = Stream().add(STARTED)
    replicas = [Address("container", "worker", index) for index in range(1, number + 1)]
    for address in replicas:
        stream.plan(address, Action.CREATE, "create", Reason.MISSING)
    for address, following in zip(replicas, [*replicas[1:], None], strict=True):
        stream.move(address, *([] if address is not replicas[0] else [State.CREATING]))
        if following:
            stream.move(following, State.CREATING)
        stream.move(address, State.STARTING, State.READY)
    return stream.finish("succeeded", 0, {"ready": number})


STREAMS: Mapping[str, Callable[[], list[LogRecord]]] = {
    stream.__name__: stream
    for stream in (first_apply, failed, rolled_back, undone, nothing_to_do, interrupted, waited, checked, crowd)
}


def all_events() -> Iterator[Event]:
    for stream in STREAMS.values():
        yield from (record.event for record in stream())

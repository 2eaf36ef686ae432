"""The lock of a workflow: one winner whoever comes, and nobody waits for the dead."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from threading import Barrier, Event

import pytest

from runner.core.errors import Cancelled, EngineError, Locked
from runner.core.event import Event as RunEvent
from runner.core.gateway import Gateway
from runner.core.label_store import LabelStore
from runner.core.run_lock import Holder, LockAcquired, LockBroken, LockWaiting
from runner.engine.lock import Lock, clear_stale_locks, current_holder, force_unlock
from runner.kinds import orchestrator
from runner.resource.orchestrator_names import SWARM
from tests.engine.lock_place import LockPlace
from tests.harness.engine import Engine, PrivateEngine
from tests.harness.workflow import Workflow, pending

_ROOT = Path(__file__).parents[2]
MANY = 32
LEASE = 3.0

NewLock = Callable[..., Lock]
Contender = Callable[..., "subprocess.Popen[str]"]


def me(run_id: str = "77e1") -> Holder:
    return Holder("bob", "desktop", os.getpid(), run_id, "apply", "2026-02-03T04:05:06Z")


def acquired(lock: Lock, timeout: float = 0) -> list[RunEvent]:
    return list(lock.acquire(timeout))


@pytest.fixture
def place(engine: Engine) -> LockPlace:
    """The session's engine; tests/swarm has the same tests on a swarm."""
    return LockPlace("volumes", [engine])


@pytest.fixture
def store(place: LockPlace) -> LabelStore:
    """The records as one more command sees them."""
    return place.store()


@pytest.fixture
def new_lock(place: LockPlace, workflow_name: str) -> Iterator[NewLock]:
    """Make locks of this test's workflow, each a contender of its own."""
    made: list[Lock] = []

    def make(run_id: str = "77e1", *, lease: float = 30.0) -> Lock:
        made.append(Lock(place.store(), workflow_name, me(run_id), lease=lease))
        return made[-1]

    yield make
    for lock in made:
        lock.release()


@pytest.fixture
def contender(place: LockPlace, workflow_name: str) -> Iterator[Contender]:
    """Start processes that want the lock, behind a prefix such as a namespace of their own."""
    started: list[subprocess.Popen[str]] = []

    def start(*prefix: str, lease: float = LEASE) -> subprocess.Popen[str]:
        arguments = (place.kind, place.next_url(), workflow_name, str(lease))
        command = [*prefix, sys.executable, "-m", "tests.engine.contender", *arguments]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, text=True))
        return started[-1]

    yield start
    for process in started:
        process.send_signal(SIGCONT)
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    """Return the next line that a contender says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def rush(locks: list[Lock]) -> list[list[RunEvent] | Locked]:
    """Let all of them want the lock at once and none wait; whoever gets it keeps it."""
    together = Barrier(len(locks))

    def want(lock: Lock) -> list[RunEvent] | Locked:
        together.wait()
        try:
            return acquired(lock)
        except Locked as error:
            return error

    with ThreadPoolExecutor(len(locks)) as threads:
        return list(threads.map(want, locks))


def test_of_many_who_want_it_at_once_one_gets_it(new_lock: NewLock, place: LockPlace, workflow_name: str) -> None:
    for _ in range(3):
        locks = [new_lock() for _ in range(MANY)]
        results = rush(locks)
        assert sum(not isinstance(result, Locked) for result in results) == 1
        for lock in locks:
            lock.release()
        assert place.names(workflow_name) == []


def test_of_many_processes_that_want_it_at_once_one_gets_it(contender: Contender) -> None:
    processes = [contender() for _ in range(4)]
    assert sorted(map(said, processes)) == ["held", *["locked"] * 3]


def test_those_who_wait_have_it_one_after_another(new_lock: NewLock) -> None:
    holding: list[Lock] = []

    def want(lock: Lock) -> None:
        acquired(lock, timeout=60)
        holding.append(lock)
        time.sleep(0.02)
        assert holding == [lock]
        holding.remove(lock)
        lock.release()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(want, [new_lock() for _ in range(8)]))


def test_who_does_not_wait_is_told_who_has_it_and_what_to_do(new_lock: NewLock, workflow_name: str) -> None:
    acquired(new_lock("0a1b"))
    with pytest.raises(Locked, match=r"is locked by bob@desktop \(apply, run 0a1b, pid \d+, since 2026") as refusal:
        acquired(new_lock())
    assert "--lock-timeout" in str(refusal.value.help)
    assert f"runner unlock {workflow_name}" in str(refusal.value.help)


def test_who_waits_has_it_when_it_is_released(new_lock: NewLock) -> None:
    first, second = new_lock("0a1b"), new_lock()
    acquired(first)
    events = second.acquire(timeout=20)
    assert next(events) == LockWaiting(me("0a1b"))
    first.release()
    assert isinstance(next(events), LockAcquired)


def test_an_interrupted_wait_leaves_the_queue(new_lock: NewLock, place: LockPlace, workflow_name: str) -> None:
    first, second, interrupted = new_lock(), new_lock(), Event()
    acquired(first)
    events = second.acquire(60, interrupted.is_set)
    assert isinstance(next(events), LockWaiting)
    interrupted.set()
    with pytest.raises(Cancelled):
        list(events)
    first.release()
    assert place.names(workflow_name) == []


def test_the_lock_of_a_killed_process_is_taken_over_at_once_by_one(contender: Contender, new_lock: NewLock) -> None:
    dead = contender(lease=600)
    assert said(dead) == "held"
    dead.send_signal(SIGKILL)
    dead.wait()
    results = rush([new_lock() for _ in range(MANY)])
    assert sum(not isinstance(result, Locked) for result in results) == 1


def test_a_takeover_is_told(contender: Contender, new_lock: NewLock) -> None:
    dead = contender(lease=600)
    assert said(dead) == "held"
    dead.send_signal(SIGKILL)
    dead.wait()
    broken = [event for event in acquired(new_lock()) if isinstance(event, LockBroken)]
    assert [(event.holder.user, event.holder.pid, event.cause) for event in broken] == [
        ("ada", dead.pid, "its process has exited")
    ]


def test_a_process_that_has_ended_and_is_not_waited_for_is_dead(contender: Contender, new_lock: NewLock) -> None:
    zombie = contender(lease=600)
    assert said(zombie) == "held"
    zombie.send_signal(SIGKILL)
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    acquired(new_lock())


def test_a_silent_run_loses_the_lock_with_its_lease_and_notices(contender: Contender, new_lock: NewLock) -> None:
    silent = contender()
    assert said(silent) == "held"
    silent.send_signal(SIGSTOP)
    with pytest.raises(Locked):
        acquired(new_lock())
    began = time.monotonic()
    events = acquired(new_lock(), timeout=30)
    assert time.monotonic() - began < LEASE + 3
    assert ["no heartbeat for" in event.cause for event in events if isinstance(event, LockBroken)] == [True]
    silent.send_signal(SIGCONT)
    assert said(silent) == "lost"


def test_of_a_dead_process_of_another_host_only_the_lease_tells(contender: Contender, new_lock: NewLock) -> None:
    elsewhere = contender("unshare", "--pid", "--fork", "--kill-child")
    assert said(elsewhere) == "held"
    elsewhere.send_signal(SIGKILL)
    elsewhere.wait()
    with pytest.raises(Locked):
        acquired(new_lock())
    assert isinstance(acquired(new_lock(), timeout=30)[-1], LockAcquired)


def test_a_run_that_is_heard_of_keeps_the_lock_beyond_its_lease(new_lock: NewLock) -> None:
    lock = new_lock(lease=LEASE)
    acquired(lock)
    time.sleep(LEASE + 1.5)
    with pytest.raises(Locked):
        acquired(new_lock())
    assert not lock.is_lost


def test_a_broken_lock_is_noticed_at_the_next_heartbeat(
    new_lock: NewLock, place: LockPlace, store: LabelStore, workflow_name: str
) -> None:
    lock, lost = new_lock(lease=LEASE), Event()
    lock.on_loss = lost.set
    acquired(lock)
    entry = current_holder(store, workflow_name)
    assert entry is not None
    force_unlock(store, workflow_name, entry)
    assert lost.wait(LEASE)
    assert lock.is_lost
    assert place.names(workflow_name) == []


def test_a_run_that_needs_no_lock_clears_away_those_of_the_dead_alone(
    contender: Contender, place: LockPlace, store: LabelStore, workflow_name: str
) -> None:
    owner = contender(lease=600)
    assert said(owner) == "held"
    before = place.names(workflow_name)
    clear_stale_locks(store, workflow_name, me())
    assert place.names(workflow_name) == before
    owner.send_signal(SIGKILL)
    owner.wait()
    clear_stale_locks(store, workflow_name, me())
    assert place.names(workflow_name) == []


def test_locks_of_different_workflows_have_nothing_to_do_with_each_other(
    new_lock: NewLock, store: LabelStore, workflow_name: str
) -> None:
    acquired(new_lock())
    other = Lock(store, f"{workflow_name}-b", me())
    acquired(other)
    other.release()


def test_a_record_that_is_just_being_made_is_waited_for(
    new_lock: NewLock, store: LabelStore, workflow_name: str
) -> None:
    name = store.create(f"runner.lock.{workflow_name}.00aa.0", {})
    try:
        with pytest.raises(Locked, match="locked by another run"):
            acquired(new_lock())
    finally:
        store.remove(name)


def test_the_lock_is_no_resource_of_the_workflow(new_lock: NewLock, workflow: Workflow) -> None:
    acquired(new_lock())
    assert pending(workflow.plan({})) == {}


def test_an_engine_without_a_swarm_has_no_lock_of_one(gateway: Gateway) -> None:
    with pytest.raises(EngineError, match="is not in a swarm"):
        orchestrator(SWARM).label_store(gateway)
    with pytest.raises(EngineError, match="the engine is not in a swarm"):
        acquired(Lock(gateway.swarm.records, "shop", me()))


def test_the_lock_survives_a_restart_of_the_engine(private_engines: Callable[..., PrivateEngine]) -> None:
    engine = private_engines(data="")
    place = LockPlace("volumes", [engine])
    lock = Lock(place.store(), "shop", me(), lease=LEASE)
    acquired(lock)
    engine.restart()
    time.sleep(LEASE + 1)
    other = Lock(place.store(), "shop", me())
    with pytest.raises(Locked):
        acquired(other)
    assert not lock.is_lost
    lock.release()
    assert current_holder(place.store(), "shop") is None

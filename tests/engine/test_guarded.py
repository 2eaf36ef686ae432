"""A run under the lock: whatever happens to it, the lock is given back, and without the lock it goes no further."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from functools import partial

import pytest
from docker import DockerClient

from runner.core.errors import EngineUnreachable, RunnerError
from runner.core.event import DiagnosticEvent, Event, PlanChange, RunFinished, Transition
from runner.core.gateway import Gateway
from runner.core.plan import Plan
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackFinished
from runner.core.run_lock import Holder, LockAcquired, LockReleased
from runner.engine.execute import Run
from runner.engine.lock import Lock, current_holder, force_unlock
from runner.engine.locked_run import LockedRun
from runner.kinds import CATALOG, orchestrator
from runner.kinds.check import run_check
from runner.resource.orchestrator_names import DOCKER
from runner.resource.volume_store import VolumeStore
from tests.harness.image import BASE
from tests.harness.workflow import Workflow

WEB = {"image": BASE, "command": ["sleep", "infinity"], "init": True}
NEVER_HEALTHY = {**WEB, "healthcheck": {"test": ["CMD", "false"], "interval": "0.2s", "retries": 1000}}
LEASE = 3.0

NewRun = Callable[[Callable[[], Plan]], LockedRun]


@pytest.fixture
def new_run(gateway: Gateway, workflow_name: str) -> NewRun:
    """Make runs of this test's workflow."""

    def make(plan: Callable[[], Plan]) -> LockedRun:
        holder = Holder("ada", "laptop", os.getpid(), "3f2a", "apply", "2026-02-03T04:05:06Z")
        lock = Lock(VolumeStore(gateway), workflow_name, holder, lease=LEASE)
        return LockedRun(lock, 0, plan, lambda plan: _run(plan, gateway))

    return make


def _run(plan: Plan, gateway: Gateway) -> Run:
    events = partial(orchestrator(DOCKER).events, gateway, plan.workflow)
    return Run(plan, gateway, CATALOG, events=events, parallel=4, timeout=20, ask=run_check)


def test_the_plan_is_made_while_the_lock_is_held(
    new_run: NewRun, workflow: Workflow, gateway: Gateway, workflow_name: str
) -> None:
    def plan() -> Plan:
        assert current_holder(VolumeStore(gateway), workflow_name) is not None
        return workflow.plan({"networks": {"front": {}}})

    events = list(new_run(plan).events())
    kinds = [type(event) for event in events]
    assert kinds[0] is LockAcquired
    assert kinds[-2:] == [LockReleased, RunFinished]
    assert PlanChange in kinds
    assert current_holder(VolumeStore(gateway), workflow_name) is None


def test_a_run_whose_lock_is_broken_begins_nothing_more_and_has_failed(
    new_run: NewRun, workflow: Workflow, gateway: Gateway, workflow_name: str
) -> None:
    more = {**WEB, "depends_on": {"web": "healthy"}}
    events: list[Event] = []
    for event in new_run(lambda: workflow.plan({"containers": {"web": NEVER_HEALTHY, "more": more}})).events():
        events.append(event)
        if isinstance(event, Transition) and event.after is State.RUNNING:
            entry = current_holder(VolumeStore(gateway), workflow_name)
            assert entry is not None
            force_unlock(VolumeStore(gateway), workflow_name, entry)
    ends = {event.address.name: event.after for event in events if isinstance(event, Transition)}
    assert ends["more"] is State.CANCELLED
    assert [event.diagnostic.code for event in events if isinstance(event, DiagnosticEvent)] == ["lock-lost"]
    assert isinstance(events[-1], RunFinished)
    assert (events[-1].result, events[-1].exit_code) == ("failed", 1)


@pytest.mark.parametrize("is_taken", [False, True], ids=["and nobody has it", "and somebody else has it"])
def test_a_run_that_is_undone_as_a_whole_is_so_only_while_nobody_else_has_its_lost_lock(
    new_run: NewRun,
    workflow: Workflow,
    gateway: Gateway,
    workflow_name: str,
    docker_client: DockerClient,
    is_taken: bool,
) -> None:
    bob = Holder("bob", "desktop", os.getpid(), "77e1", "apply", "2026-02-03T04:05:06Z")
    other = Lock(VolumeStore(gateway), workflow_name, bob)
    networks, never = {"front": {}, "back": {}}, {**NEVER_HEALTHY, "networks": ["front"]}
    declared = {"on_failure": "rollback", "networks": networks, "containers": {"web": never}}
    events: list[Event] = []
    for event in new_run(lambda: workflow.plan(declared)).events():
        events.append(event)
        if isinstance(event, Transition) and event.after is State.RUNNING:
            entry = current_holder(VolumeStore(gateway), workflow_name)
            assert entry is not None
            force_unlock(VolumeStore(gateway), workflow_name, entry)
            if is_taken:
                list(other.acquire(5))
    other.release()
    there = {network["Name"] for network in docker_client.api.networks()}
    ends = {event.address.name: event for event in events if isinstance(event, Transition)}
    left = next(event for event in events if isinstance(event, RollbackFinished)).left
    if is_taken:
        assert {f"{workflow_name}_front", f"{workflow_name}_back"} <= there
        assert set(left) == {"network.front", "network.back", "container.web"}
        assert ends["back"].after is State.FAILED
        assert f"could not be rolled back: {workflow_name} is locked by bob@desktop" in str(ends["back"].cause)
    else:
        assert not {f"{workflow_name}_front", f"{workflow_name}_back"} & there
        assert left == {}
        assert ends["back"].after is State.ROLLED_BACK
    assert [event.diagnostic.code for event in events if isinstance(event, DiagnosticEvent)] == ["lock-lost"]
    assert isinstance(events[-1], RunFinished)
    assert (events[-1].result, events[-1].exit_code) == ("failed", 1)
    assert current_holder(VolumeStore(gateway), workflow_name) is None


@pytest.mark.parametrize(
    ("error", "result", "code"),
    [(RunnerError("no longer so"), "refused", 1), (EngineUnreachable("gone"), "failed", 3)],
    ids=["refused", "unreachable"],
)
def test_a_plan_that_is_refused_under_the_lock_gives_it_back(
    new_run: NewRun, gateway: Gateway, workflow_name: str, error: RunnerError, result: str, code: int
) -> None:
    def plan() -> Plan:
        raise error

    events = list(new_run(plan).events())
    assert [event.diagnostic.message for event in events if isinstance(event, DiagnosticEvent)] == [error.message]
    assert isinstance(events[-1], RunFinished)
    assert (events[-1].result, events[-1].exit_code) == (result, code)
    assert current_holder(VolumeStore(gateway), workflow_name) is None


def test_a_run_that_nobody_follows_to_its_end_gives_the_lock_back(
    new_run: NewRun, workflow: Workflow, docker_client: DockerClient, workflow_name: str
) -> None:
    events = new_run(lambda: workflow.plan({"networks": {"front": {}}})).events()
    assert isinstance(next(events), LockAcquired)
    assert isinstance(events, Generator)
    events.close()
    volumes = docker_client.api.volumes()["Volumes"] or []
    assert not [volume for volume in volumes if f".{workflow_name}." in volume["Name"]]

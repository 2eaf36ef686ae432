"""The lock of a workflow on a swarm, by way of each manager in turn: all that holds on an engine, and lost managers."""

# ruff: noqa: F401, F811

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from docker import DockerClient

from runner.core.errors import EngineError, Locked
from runner.engine.lock import Lock
from tests.engine.lock_place import LockPlace
from tests.engine.test_lock import (
    LEASE,
    NewLock,
    acquired,
    contender,
    me,
    new_lock,
    store,
    test_a_broken_lock_is_noticed_at_the_next_heartbeat,
    test_a_process_that_has_ended_and_is_not_waited_for_is_dead,
    test_a_record_that_is_just_being_made_is_waited_for,
    test_a_run_that_is_heard_of_keeps_the_lock_beyond_its_lease,
    test_a_run_that_needs_no_lock_clears_away_those_of_the_dead_alone,
    test_a_silent_run_loses_the_lock_with_its_lease_and_notices,
    test_a_takeover_is_told,
    test_an_interrupted_wait_leaves_the_queue,
    test_locks_of_different_workflows_have_nothing_to_do_with_each_other,
    test_of_a_dead_process_of_another_host_only_the_lease_tells,
    test_of_many_processes_that_want_it_at_once_one_gets_it,
    test_of_many_who_want_it_at_once_one_gets_it,
    test_the_lock_of_a_killed_process_is_taken_over_at_once_by_one,
    test_those_who_wait_have_it_one_after_another,
    test_who_does_not_wait_is_told_who_has_it_and_what_to_do,
    test_who_waits_has_it_when_it_is_released,
)
from tests.harness.cli import Cli
from tests.harness.swarm import Node, Swarm

RECOVERY = 90
"""Seconds in which managers that reach each other again have a leader."""


@pytest.fixture
def place(swarm: Swarm) -> LockPlace:
    """The session's swarm."""
    return LockPlace("configs", swarm.nodes)


def test_unlock_finds_the_lock_by_the_name_alone(new_lock: NewLock, cli: Cli, workflow_name: str) -> None:
    lock = new_lock(lease=LEASE)
    acquired(lock)
    assert "released the lock held by bob@desktop" in cli("unlock", workflow_name, "--yes").exits(0).stdout
    time.sleep(LEASE)
    assert lock.is_lost
    assert "is not locked" in cli("unlock", workflow_name, "--yes").exits(0).stdout


def test_without_a_quorum_nobody_gets_the_lock_and_who_has_it_keeps_it(private_swarms: Callable[..., Swarm]) -> None:
    swarm = private_swarms()
    place = LockPlace("configs", swarm.nodes[:1])
    held = Lock(place.store(), "shop", me(), lease=10 * RECOVERY)
    acquired(held)
    with swarm.without(swarm.nodes[1]), swarm.without(swarm.nodes[2]), pytest.raises(EngineError):
        acquired(Lock(place.store(), "shop", me()))
    _is_refused(place)
    assert not held.is_lost
    held.release()
    assert place.names("shop") == []


def test_the_lock_outlasts_the_loss_of_the_leader(private_swarms: Callable[..., Swarm]) -> None:
    swarm = private_swarms()
    with swarm.client() as client:
        leader = _leader(swarm, client)
    place = LockPlace("configs", [node for node in swarm.nodes if node is not leader])
    held = Lock(place.store(), "shop", me())
    acquired(held)
    with swarm.without(leader):
        for _ in range(3):
            _is_refused(place)
            time.sleep(12)
    assert not held.is_lost
    held.release()
    assert place.names("shop") == []


def _is_refused(place: LockPlace) -> None:
    """Want the lock that another one has; managers may not have elected a leader yet."""
    until = time.monotonic() + RECOVERY
    while True:
        try:
            with pytest.raises(Locked):
                acquired(Lock(place.store(), "shop", me()))
        except EngineError:
            if time.monotonic() > until:
                raise
        else:
            return


def _leader(swarm: Swarm, client: DockerClient) -> Node:
    names = [one["Description"]["Hostname"] for one in client.api.nodes() if one["ManagerStatus"].get("Leader")]
    return next(node for node in swarm.nodes if node.name in names)

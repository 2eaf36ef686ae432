"""The closed state machine of a resource, and that recorded runs keep to it."""

from __future__ import annotations

import pytest

from runner.core.address import Address
from runner.core.event import Transition
from runner.core.resource_state import FINAL, State, may_follow
from tests.unit.views.streams import STREAMS

ACTIVE = {
    State.PULLING,
    State.BUILDING,
    State.CREATING,
    State.UPDATING,
    State.STARTING,
    State.RUNNING,
    State.STOPPING,
    State.REMOVING,
    State.CHECKING,
}
ENDS = {State.READY, State.SUCCEEDED, State.REMOVED, State.UNCHANGED, State.FAILED, State.CANCELLED}
FOLLOWERS = {
    State.PENDING: {State.WAITING, State.SKIPPED} | ACTIVE | ENDS,
    State.WAITING: {State.SKIPPED} | ACTIVE | ENDS,
    **{state: ACTIVE - {state} | ENDS | {State.ROLLED_BACK} for state in ACTIVE},
    **{state: set() for state in FINAL},
}


@pytest.mark.parametrize("before", State, ids=lambda state: state.value)
def test_each_state_has_its_followers_and_no_other(before: State):
    assert {after for after in State if may_follow(before, after)} == FOLLOWERS[before]


@pytest.mark.parametrize("name", STREAMS)
def test_a_recorded_run_takes_each_resource_once_to_an_end(name: str):
    states: dict[Address, State] = {}
    for record in STREAMS[name]():
        if isinstance(record.event, Transition):
            move = record.event
            assert move.before is states.get(move.address, State.PENDING)
            assert may_follow(move.before, move.after), f"{move.address}: {move.before} to {move.after}"
            states[move.address] = move.after
    assert all(state.is_final for state in states.values())

"""The states of a resource during a run: a closed state machine."""

from __future__ import annotations

from enum import Enum


class State(Enum):
    """State of a resource during a run."""

    PENDING = "pending"
    WAITING = "waiting"
    PULLING = "pulling"
    BUILDING = "building"
    CREATING = "creating"
    UPDATING = "updating"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    REMOVING = "removing"
    CHECKING = "checking"
    READY = "ready"
    SUCCEEDED = "succeeded"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    ROLLED_BACK = "rolled_back"

    @property
    def is_final(self) -> bool:
        """True for the states that a resource ends in, exactly once per run."""
        return self in FINAL


FINAL = frozenset(
    {
        State.READY,
        State.SUCCEEDED,
        State.REMOVED,
        State.UNCHANGED,
        State.FAILED,
        State.SKIPPED,
        State.CANCELLED,
        State.ROLLED_BACK,
    }
)
_ACTIVE = frozenset(State) - FINAL - {State.PENDING, State.WAITING}


def may_follow(before: State, after: State) -> bool:
    """Tell whether the state machine allows this transition.

    Active states may follow each other in whatever order a kind needs; nothing goes back to pending or waiting, nothing
    leaves a final state, and only what never started is skipped.
    """
    if before.is_final or after is State.PENDING or before is after:
        return False
    if after is State.WAITING:
        return before is State.PENDING
    if after is State.SKIPPED:
        return before in (State.PENDING, State.WAITING)
    if after is State.ROLLED_BACK:
        return before in _ACTIVE
    return True

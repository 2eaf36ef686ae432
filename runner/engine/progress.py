"""The state of every resource of a run, by the closed state machine."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import TypedDict

from runner.core.address import Address
from runner.core.errors import RunnerError, origins
from runner.core.event import Transition
from runner.core.plan import Change
from runner.core.resource_state import State, may_follow
from runner.core.sensitive import MASK, is_sensitive
from runner.core.state import Resource
from runner.core.struct import MutableStruct, field


class _Source(TypedDict):
    key: str | None
    place: str | None
    detail: str | None
    exit_code: int | None


class _ResourceProgress(MutableStruct):
    change: Change
    state: State = State.PENDING
    since: float | None = None
    id: str | None = None
    attempt: int = 1

    @property
    def shown_id(self) -> str | None:
        """Its id; redacted if the engine identifies it by name alone and that name is sensitive."""
        sides = (self.change.desired, self.change.observed)
        is_name = any(side and side.engine_name == self.id for side in sides)
        return MASK if is_name and is_sensitive("name", self.change.sensitive_places) else self.id


class Progress(MutableStruct):
    """Makes a run's state transitions and rejects illegal ones."""

    places: dict[Address, _ResourceProgress] = field(default_factory=dict)

    @classmethod
    def of(cls, changes: tuple[Change, ...]) -> Progress:
        """Start with every resource pending."""
        return cls(
            {
                change.address: _ResourceProgress(change, id=change.observed.id if change.observed else None)
                for change in changes
            }
        )

    def state(self, address: Address) -> State:
        """Return a resource's state."""
        return self.places[address].state

    def move(
        self,
        address: Address,
        state: State,
        *,
        cause: str | None = None,
        id: str | None = None,
        attempt: int | None = None,
        error: RunnerError | None = None,
        waits_for: Mapping[str, str] | None = None,
    ) -> Transition | None:
        """Make the transition to a state; None if already in it."""
        place = self.places[address]
        before = place.state
        if before is state:
            return None
        if not may_follow(before, state):
            raise AssertionError(f"illegal transition of {address}: {before.value} → {state.value}")
        now = time.monotonic()
        if place.since is None and state is not State.WAITING:
            place.since = now
        place.state, place.id, place.attempt = state, id or place.id, attempt or place.attempt
        return Transition(
            address=address,
            action=place.change.action,
            before=before,
            after=state,
            cause=error.message if error else cause,
            help=error.help if error else None,
            attempt=place.attempt,
            elapsed_ms=int((now - place.since) * 1000) if place.since is not None else 0,
            id=place.shown_id,
            tail=error.output if error else (),
            code=error.code if error else None,
            waits_for=waits_for or {},
            **_source(error, place.change.desired),
        )

    def counts(self) -> Counter[str]:
        """Return the number of resources in each final state."""
        return Counter(place.state.value for place in self.places.values() if place.state.is_final)


def _source(error: RunnerError | None, resource: Resource | None) -> _Source:
    """Return the key and position in the file that an error or its cause is about, and the engine's own message."""
    found = list(origins(error))
    about = next((one.about for one in found if one.about), None)
    located = resource.locator.find(about.keys, about.value) if about and resource and resource.locator else None
    key, span = located or (None, None)
    detail = next((one.detail for one in found if one.detail), None)
    exit_code = next((one.exit_code for one in found if one.exit_code is not None), None)
    return _Source(key=key, place=str(span) if span else None, detail=detail, exit_code=exit_code)

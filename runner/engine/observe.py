"""Observes the engine: everything that a workflow owns, uses or collides with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.state import DesiredState, ObservedResource, ObservedState
from runner.core.struct import replace
from runner.resource.kind import Catalog
from runner.resource.observation import ObserveContext

if TYPE_CHECKING:
    from runner.core.gateway import Gateway


def observe(gateway: Gateway, catalog: Catalog, workflow: str, desired: DesiredState | None = None) -> ObservedState:
    """Observe the engine through every kind; without a desired state, only what has the workflow's label is found."""
    engine = gateway.engine()
    context = ObserveContext(gateway, workflow, engine, desired)
    sightings = [kind.observe(context) for kind in catalog.values()]
    own = [one for observation in sightings for one in observation.own]
    held = _Held(own)
    return ObservedState(
        engine=engine,
        resources={one.address: held.dependencies(one) for one in own},
        abandoned=tuple(held.dependencies(one) for observation in sightings for one in observation.abandoned),
        foreign=tuple(thing for observation in sightings for thing in observation.foreign),
        index={one.address: one for observation in sightings for one in observation.index},
        retained=tuple(one for observation in sightings for one in observation.retained),
        warnings=tuple(one for observation in sightings for one in observation.warnings),
        problems=tuple(one for observation in sightings for one in observation.problems),
        occupants=tuple(one for observation in sightings for one in observation.occupants),
    )


class _Held:
    """Owned resources by id, to resolve `removed_after`: several addresses may share one id."""

    def __init__(self, own: Iterable[ObservedResource]) -> None:
        self._by_id: dict[str, set[Address]] = {}
        for one in own:
            if one.owned:
                self._by_id.setdefault(one.id, set()).add(one.address)

    def dependencies(self, one: ObservedResource) -> ObservedResource:
        """Add the resources that must be removed after this one to its dependencies."""
        held = frozenset(address for id in one.removed_after for address in self._by_id.get(id, ()))
        return (
            one
            if held <= one.recorded_dependencies
            else replace(one, recorded_dependencies=one.recorded_dependencies | held)
        )

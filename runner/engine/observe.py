"""Look at the engine: everything that a workflow owns, uses or collides with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.state import DesiredState, ObservedState
from runner.resource.kind import Catalog, Survey

if TYPE_CHECKING:
    from runner.core.gateway import Gateway


def observe(gateway: Gateway, catalog: Catalog, workflow: str, desired: DesiredState | None = None) -> ObservedState:
    """Ask every kind what the engine has; without a desired state, only what bears the workflow's label is found."""
    engine = gateway.engine()
    survey = Survey(gateway, workflow, engine, desired)
    sightings = [kind.observe(survey) for kind in catalog.values()]
    return ObservedState(
        engine=engine,
        resources={one.address: one for sighting in sightings for one in sighting.own},
        leftovers=tuple(one for sighting in sightings for one in sighting.leftovers),
        foreign=tuple(thing for sighting in sightings for thing in sighting.foreign),
        index={one.address: one for sighting in sightings for one in sighting.index},
        warnings=tuple(one for sighting in sightings for one in sighting.warnings),
    )

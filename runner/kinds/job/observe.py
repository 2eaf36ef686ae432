"""Which jobs of a workflow have run, and how they came out."""

from __future__ import annotations

from dataclasses import replace

from runner.core.state import Health, Observed
from runner.kinds.container.observe import observe_as
from runner.kinds.job.options import TABLE
from runner.kinds.record import Records
from runner.resource.kind import Sighting, Survey


def observe(survey: Survey) -> Sighting:
    """Find the containers of the workflow's jobs; nobody else's can be adopted as the record of a run."""
    found = observe_as("job", TABLE, survey, survey.containers, Records("job"))
    return Sighting(
        own=tuple(map(_as_job, found.own)),
        leftovers=tuple(map(_as_job, found.leftovers)),
        foreign=tuple(replace(thing, live=None) for thing in found.foreign),
    )


def _as_job(container: Observed) -> Observed:
    """Tell how it came out for how it fares; its anonymous volumes are nobody's data, and go with it."""
    assert container.health is not None
    health = Health(str(container.fields["state"]), since=container.health.since, ports=container.health.ports)
    return replace(container, health=health, attributes={"id": container.id})

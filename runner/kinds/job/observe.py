"""Observe which jobs of a workflow have run, and their outcomes."""

from __future__ import annotations

from runner.core.state import Health, ObservedResource
from runner.core.struct import replace
from runner.kinds.container.observe import observe_as
from runner.kinds.job.options import TABLE
from runner.kinds.job.past_run import past_runs, unrecorded
from runner.kinds.shared import label_overrides
from runner.resource.observation import Observation, ObserveContext


def observe(context: ObserveContext) -> Observation:
    """Observe the containers and records of the workflow's jobs; foreign containers can't be adopted as records."""
    records = label_overrides.find("job", context.volumes)
    found = observe_as("job", TABLE, context, context.containers, records)
    past = list(past_runs(records, context, found.own))
    own = (*(_as_job(one, records) for one in found.own), *(one for one in past if not one.abandoned))
    abandoned = (*(_as_job(one, records) for one in found.abandoned), *(one for one in past if one.abandoned))
    return Observation(
        own=own,
        abandoned=(*abandoned, *records.superseded(context.workflow)),
        foreign=tuple(replace(thing, live=None) for thing in found.foreign),
        problems=found.problems,
        warnings=(*found.warnings, *unrecorded(context, own)),
    )


def _as_job(container: ObservedResource, records: label_overrides.Records) -> ObservedResource:
    """Return the job with its outcome as health; its anonymous volumes hold no user data, and are removed with it."""
    assert container.health is not None
    health = Health(str(container.fields["state"]), since=container.health.since, ports=container.health.ports)
    return replace(container, health=health, attributes={"id": container.id}, traits=records.traits_of(container.id))

"""Observe which jobs of a workflow have run, and their outcomes."""

from __future__ import annotations

from collections.abc import Container

from runner.core.health import Health
from runner.core.state import ObservedResource, UnmanagedResource
from runner.core.struct import replace
from runner.kinds.container.observe import observe_as
from runner.kinds.job.options import TABLE
from runner.kinds.job.past_run import AdoptedRun, past_runs, unrecorded
from runner.kinds.shared import label_overrides
from runner.resource.labels import WORKFLOW
from runner.resource.observation import Observation, ObserveContext


def observe(context: ObserveContext) -> Observation:
    """Observe the containers and records of the workflow's jobs.

    A foreign container can't be adopted as the record of a run, unless its labels say that it is the job's.
    """
    records = label_overrides.find("job", context.records)
    found = observe_as("job", TABLE, context, context.containers, records)
    foreign = tuple(replace(thing, live=_adoptable(thing, records)) for thing in found.foreign)
    # Where another program has run a job anew, the record of the run before no longer says what became of it.
    living = {short["Id"] for short in context.containers}
    past = list(past_runs(records, context, living, (*found.own, *(thing.live for thing in foreign if thing.live))))
    adopted = {short["Id"] for short in context.containers if WORKFLOW not in (short.get("Labels") or {})}
    own = (*(_as_job(one, records, adopted) for one in found.own), *(one for one in past if not one.abandoned))
    abandoned = (*(_as_job(one, records, adopted) for one in found.abandoned), *(one for one in past if one.abandoned))
    return Observation(
        own=own,
        abandoned=(*abandoned, *records.superseded(context.workflow)),
        foreign=foreign,
        problems=found.problems,
        warnings=(*found.warnings, *unrecorded(context, own)),
    )


def _as_job(
    container: ObservedResource, records: label_overrides.Records, adopted: Container[str] = ()
) -> ObservedResource:
    """Return the job with its outcome as health; its anonymous volumes hold no user data, and are removed with it.

    `adopted` has the ids of the containers that runner didn't create.
    """
    assert container.health is not None
    health = Health(str(container.fields["state"]), since=container.health.since, ports=container.health.ports)
    traits = records.traits_of(container.id)
    if container.id in adopted:
        traits = AdoptedRun(records=traits.records, removed_with=traits.removed_with)
    return replace(container, health=health, attributes={"id": container.id}, traits=traits)


def _adoptable(thing: UnmanagedResource, records: label_overrides.Records) -> ObservedResource | None:
    return _as_job(thing.live, records, (thing.id,)) if thing.live and thing.stands_for else None

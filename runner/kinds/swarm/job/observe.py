"""Observe which jobs of a workflow have run on a swarm, and their outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.state import ObservedResource
from runner.core.struct import replace
from runner.kinds.job.past_run import past_runs
from runner.kinds.shared import label_overrides
from runner.kinds.swarm.job.options import TABLE
from runner.kinds.swarm.job.outcome import health_of, outcome_of
from runner.kinds.swarm.service.observe import ServiceKind, observe_as
from runner.resource.observation import Observation, ObserveContext

if TYPE_CHECKING:
    from runner.kinds.swarm.service.tasks import Service


_JOBS = ServiceKind("job", TABLE, outcome_of)


def observe(context: ObserveContext) -> Observation:
    """Observe the services and records of the workflow's jobs; a foreign service can't be adopted as one."""
    records = label_overrides.find("job", context.swarm.records)
    found = observe_as(_JOBS, context)
    own = tuple(_as_job(one, service, records) for one, service in found.own)
    living = {document["ID"] for document in context.swarm.services}
    past = list(past_runs(records, context, living, own))
    return Observation(
        own=(*own, *(one for one in past if not one.abandoned)),
        abandoned=(*(one for one in past if one.abandoned), *records.superseded(context.workflow)),
        foreign=tuple(replace(thing, live=None) for thing in found.foreign),
    )


def _as_job(job: ObservedResource, service: Service, records: label_overrides.Records) -> ObservedResource:
    """Return the job with its outcome as health, and the record of its run."""
    return replace(job, health=health_of(service), traits=records.traits_of(job.id))

"""Jobs as the engine lists them: their containers, and the records of those that were pruned."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.health import Health
from runner.core.struct import replace
from runner.kinds.container.listed import list_owned_as
from runner.kinds.container.options.lifecycle import SUCCEEDED
from runner.kinds.shared import label_overrides
from runner.resource.census import EngineLists, OwnedResource, read_owned


def list_owned(lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the jobs of all workflows with their outcomes."""
    living = {short["Id"] for short in lists.containers}
    there = [_with_outcome(one) for one in list_owned_as("job", lists)]
    yield from there
    taken = {(one.workflow, one.address) for one in there}
    for id, labels in label_overrides.find("job", lists.records).latest():
        past = read_owned("job", labels, health=Health(SUCCEEDED))
        if past is not None and id not in living and (past.workflow, past.address) not in taken:
            taken.add((past.workflow, past.address))
            yield past


def _with_outcome(job: OwnedResource) -> OwnedResource:
    health = job.health
    if health is None or health.phase != "exited":
        return job
    return replace(job, health=replace(health, phase="failed" if health.exit_code else SUCCEEDED))

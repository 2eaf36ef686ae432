"""The record of a job's last successful run, which outlives its container: a prune is no reason to rerun a job.

It is a small volume, like every record. `docker container prune` and `docker system prune` keep it; before Engine 23,
`docker volume prune` and `docker system prune --volumes` remove it too (moby#44216).
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from runner import __version__
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.health import Health
from runner.core.state import ObservedResource
from runner.core.struct import replace
from runner.core.task import Task
from runner.core.traits import Traits
from runner.kinds.container.names import default_name
from runner.kinds.container.options.lifecycle import SUCCEEDED
from runner.kinds.job.options import TABLE
from runner.kinds.job.settings import JobSettings, Rerun
from runner.kinds.shared import label_overrides
from runner.resource.labels import (
    ADDRESS,
    APPLIED,
    FILE,
    NEEDS,
    PREFIX,
    SENSITIVE,
    VERSION,
    WORKFLOW,
    applied_digests,
    owned_address,
    ownership,
    read_applied,
    read_file,
    read_needs,
    read_sensitive,
)
from runner.resource.observation import ObserveContext
from runner.resource.requirements import api_at_least

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.label_store import LabelStore
    from runner.core.values import Value

_IMAGE, _FINISHED = f"{PREFIX}image", f"{PREFIX}finished"
"""Labels of a record: the id of the image that ran, and when the run ended."""
_GRANTED = f"{PREFIX}granted"
"""Label of a record on a swarm: which versions of secrets and configs it was granted, as JSON."""
_TAKEN_OVER = (WORKFLOW, ADDRESS, APPLIED, NEEDS, SENSITIVE, VERSION, FILE)
"""Labels that are copied from the container to its record."""


class PastRun(Traits, kw_only=True):
    """The traits of a run of which only the record is left."""


class AdoptedRun(Traits, kw_only=True):
    """The traits of a run in a container that another program created."""


def is_past(job: ObservedResource) -> bool:
    """Return whether only the record of a run is left."""
    return isinstance(job.traits, PastRun)


def is_adopted(job: ObservedResource) -> bool:
    """Return whether another program ran it, or began to: its record, if it has one yet, says what it stands for."""
    return isinstance(job.traits, AdoptedRun)


def save(task: Task, id: str) -> str:
    """Save the record of a successful run; return its id."""
    from runner.resource.volume_store import VolumeStore

    inspect = task.gateway.containers.inspect(id)
    own = inspect["Config"]["Labels"]
    if WORKFLOW not in own:
        own = _labels_of_now(task)
    ended = inspect["State"]["FinishedAt"]
    return record(VolumeStore(task.gateway), task, id, own, image=inspect["Image"], finished=ended)


def record(
    store: LabelStore,
    task: Task,
    id: str,
    own: Mapping[str, str],
    *,
    image: str,
    finished: str,
    granted: Mapping[str, Value] | None = None,
) -> str:
    """Record a successful run of an image, with the job's own labels; return its id.

    `granted` are the fields of which the labels tell the address alone, not which version it was.
    """
    labels = {**{name: own[name] for name in _TAKEN_OVER if name in own}, _IMAGE: image, _FINISHED: finished}
    if granted:
        labels[_GRANTED] = json.dumps(granted)
    before = task.change.observed
    kept = before.traits.records if before is not None and before.id == id else ()  # it was run once more by hand
    run = ObservedResource(task.desired.address, id, task.desired.engine_name, traits=Traits(records=kept))
    task.on_rollback(partial(label_overrides.delete, store, label_overrides.save(store, run, labels)))
    return id


def _labels_of_now(task: Task) -> dict[str, str]:
    """Return the labels that the container would have, if runner had created it by what is declared now."""
    applied = applied_digests(TABLE, task.desired.fields, task.desired.sensitive_places)
    return ownership(task.workflow, task.desired, applied, __version__, file=task.file)


def supersede(task: Task, store: LabelStore) -> None:
    """Remove the record of the previous run: from now on it no longer represents the job's state."""
    before = task.change.observed
    if before is not None and label_overrides.is_kept(before):
        task.on_rollback(label_overrides.restore_point(store, before))
        label_overrides.delete(store, before)


# --- observing past runs


def portray_past(job: ObservedResource) -> Description:
    """Describe a run of which only the record is left."""
    from runner.core.inspection import Description

    finished = job.health.since if job.health else None
    facts = {"state": SUCCEEDED, "finished": finished, "image_id": job.fields["image"]}
    return Description(facts, (), ("its container was removed: no further details",))


def past_runs(
    records: label_overrides.Records, context: ObserveContext, living: Container[str], there: Iterable[ObservedResource]
) -> Iterator[ObservedResource]:
    """Yield the workflow's runs of which only the record is left; those that no longer count are abandoned.

    `living` has the ids of all that a record may be of, and `there` are the workflow's jobs among it.
    """
    found = [
        _read(id, labels, records.traits_of(id), context) for id, labels in records.kept_of(context.workflow, living)
    ]
    taken = {one.address for one in there}
    for one in sorted(filter(None, found), key=lambda one: one.health.since or "" if one.health else "", reverse=True):
        yield _leftover(one) if one.address in taken else one
        taken.add(one.address)


def _leftover(one: ObservedResource) -> ObservedResource:
    """Mark a record as abandoned, under an address of its own: the job's is taken, and each has states of its own."""
    return replace(one, address=Address(one.address.kind, one.id[:12]), abandoned=True)


def _read(id: str, labels: Mapping[str, str], recorded: Traits, context: ObserveContext) -> ObservedResource | None:
    address = owned_address(labels, context.workflow)
    if address is None:
        return None
    resource = context.desired.resources.get(address) if context.desired else None
    for_good = resource is not None and resource.settings_as(JobSettings).rerun is Rerun.NEVER
    return ObservedResource(
        address,
        id,
        resource.engine_name if resource else default_name(context.workflow, address),
        fields={"state": SUCCEEDED, "image": labels.get(_IMAGE), **json.loads(labels.get(_GRANTED, "{}"))},
        applied=read_applied(labels),
        attributes={"id": id},
        traits=PastRun(records=recorded.records, removed_with=recorded.removed_with),
        # A job that never reruns is not affected when a dependency is recreated.
        recorded_dependencies=frozenset() if for_good else read_needs(labels),
        sensitive_places=read_sensitive(labels),
        file=read_file(labels),
        health=Health(SUCCEEDED, since=labels.get(_FINISHED)),
    )


def unrecorded(context: ObserveContext, there: Iterable[ObservedResource]) -> Iterator[Diagnostic]:
    """Warn of jobs with rerun `never` and no record that may have run, where a volume prune removes the record."""
    if api_at_least(context.engine, "1.42") or not _was_applied(context):
        return
    known = {one.address for one in there}
    for resource in context.wanted("job"):
        if resource.settings_as(JobSettings).rerun is Rerun.NEVER and resource.address not in known:
            message = f"{resource.address} will run: the engine has no record of a previous run"
            help = "docker volume prune before Engine 23 may have removed it"
            yield Diagnostic("no-record", message, resource.span, help, severity=Severity.WARNING)


def _was_applied(context: ObserveContext) -> bool:
    things = (*context.containers, *context.volumes)
    return any((thing.get("Labels") or {}).get(WORKFLOW) == context.workflow for thing in things)

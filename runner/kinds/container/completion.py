"""Containers that may complete: which of those that ended with 0 have completed, and the record of that.

An engine doesn't tell whether a program ended by itself or was stopped: many end with 0 then, too. Its events do, but
it keeps only the last 256, and none over a restart of its own. So whoever learns of a completion keeps it in a small
record. What neither a record nor an event tells of has been stopped, as far as anybody knows: it is started
again, as Compose would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from runner.core.address import Address
from runner.core.state import ObservedResource
from runner.core.struct import replace
from runner.kinds.container.names import STARTING
from runner.kinds.container.options import FIELDS
from runner.kinds.container.options.first_network import FIRST_NETWORK
from runner.kinds.container.options.lifecycle import COMPLETED
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.container.sharing import is_another_owner
from runner.kinds.container.traits import ContainerTraits, traits_of
from runner.kinds.shared.recorded_differences import differences
from runner.resource.labels import COMPLETION, PREFIX, WORKFLOW

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.label_store import LabelRecord
    from runner.core.plan import FieldDiff
    from runner.core.state import Resource
    from runner.resource.observation import ObserveContext

_TOLD_BY_RECORDS: Final = (*FIELDS, FIRST_NETWORK)
_FINISHED: Final = f"{PREFIX}finished"
"""On a record: when the container ended, as the engine dates it. It counts for no other end of the container."""


def save(gateway: Gateway, workflow: str, id: str, finished: str) -> str:
    """Record that a container completed at a time, in place of the record of an earlier end; return its name."""
    from runner.resource.volume_store import VolumeStore

    name = f"runner.completed.{id[:12]}"
    store = VolumeStore(gateway)
    store.remove(name)
    store.create(name, {WORKFLOW: workflow, COMPLETION: id, _FINISHED: finished})
    return name


def stale(context: ObserveContext, records: Mapping[str, LabelRecord]) -> Iterator[ObservedResource]:
    """Yield stand-ins for a workflow's records of containers that are gone; `records` has all of them by container."""
    living = {short["Id"] for short in context.containers}
    for id, record in records.items():
        if id not in living and record.labels.get(WORKFLOW) == context.workflow:
            address, name = Address("container", f"{id[:12]}.completed"), record.name
            yield ObservedResource(address, id, name, traits=ContainerTraits(completion=name), abandoned=True)


# --- what has completed


def may_complete(resource: Resource | None) -> bool:
    """Return whether a declared container may complete."""
    settings = resource.settings if resource else None
    return isinstance(settings, ContainerSettings) and settings.may_complete


def ended_well(inspect: EngineJSON) -> bool:
    """Return whether a container has exited with 0, and not before its post_start hooks were done."""
    state, is_starting = inspect["State"], inspect["Name"].endswith(STARTING)
    return state["Status"] == "exited" and not state["ExitCode"] and not state.get("Error") and not is_starting


def has_completed(gateway: Gateway, inspect: EngineJSON, resource: Resource | None) -> bool:
    """Return whether a container may complete and has, unless it is known that it was stopped."""
    return may_complete(resource) and ended_well(inspect) and gateway.containers.was_stopped(inspect) is not True


def with_completion(
    read: ObservedResource, context: ObserveContext, inspect: EngineJSON, record: LabelRecord | None
) -> ObservedResource:
    """Return a container as it was read, with its completion as its state; a foreign one can't have a record."""
    if record is not None:
        read = replace(read, traits=replace(traits_of(read), completion=record.name))
    if not ended_well(inspect) or read.health is None:
        return read
    is_recorded = record is not None and record.labels.get(_FINISHED) == inspect["State"]["FinishedAt"]
    declared = context.desired.resources.get(read.address) if context.desired else None
    if not is_recorded and not (may_complete(declared) and _ended_by_itself(context.gateway, inspect, read)):
        return read
    traits = replace(traits_of(read), is_completion_recorded=is_recorded)
    health = replace(read.health, phase=COMPLETED, health=None)
    return replace(read, fields={**read.fields, "state": COMPLETED}, traits=traits, health=health)


def _ended_by_itself(gateway: Gateway, inspect: EngineJSON, read: ObservedResource) -> bool:
    was_stopped = gateway.containers.was_stopped(inspect)
    return was_stopped is False or (was_stopped is None and not read.owned)


def is_complete(live: ObservedResource) -> bool:
    """Return whether an observed container has completed."""
    return live.fields.get("state") == COMPLETED


def unrecorded(live: ObservedResource) -> bool:
    """Return whether a container of the workflow has completed without a record of it so far."""
    return live.owned and is_complete(live) and not traits_of(live).is_completion_recorded


# --- in a plan


def as_completed(resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Leave out of a diff what doesn't matter of a completed container: that it ended, and who shared with it.

    An adoption never runs one again. What counts from then on is what was declared at that time.
    """
    if not is_complete(live) or not may_complete(resource):
        return diff
    if not live.owned or traits_of(live).is_adopted:
        named = tuple(found for found in diff if found.path == "name")
        return (*differences(_TOLD_BY_RECORDS, resource, live, diff), *named) if live.owned else named
    return tuple(found for found in diff if found.path != "state" and not is_another_owner(found.path, resource, live))

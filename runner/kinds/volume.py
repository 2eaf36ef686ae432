"""The volume kind: data that outlives the containers using it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from runner.core.resource_state import State
from runner.core.state import Resource
from runner.core.values import as_map
from runner.kinds.shared import label_overrides
from runner.kinds.shared.named_resource import (
    EXTERNAL,
    INTERNAL_FIELDS,
    NAME,
    classify,
    declare_named,
    delete_record,
    labelled_body,
    update_labels,
)
from runner.resource.codec import Invalid
from runner.resource.collections import MAP
from runner.resource.declaration import Declaration
from runner.resource.engine_json import at
from runner.resource.field import Field, Setting, constant
from runner.resource.kind import Kind, Operations
from runner.resource.labels import LABELS, without_own
from runner.resource.observation import Observation, ObserveContext
from runner.resource.scalars import BOOLEAN, word

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.state import ObservedResource
    from runner.core.task import Task
    from runner.resource.census import EngineLists, OwnedResource

PROTECT = Setting(name="protect", codec=BOOLEAN, doc="Never remove it.", examples=(True,), cost="in place")

FIELDS = (
    Field(
        name="driver",
        codec=word("a volume driver such as local"),
        doc="The volume driver.",
        examples=("local", "nfs"),
        bind=at("Driver"),
        default=constant("local"),
    ),
    Field(
        name="driver_opts",
        codec=MAP,
        doc="Driver options.",
        examples=({"type": "tmpfs", "device": "tmpfs"}, {"type": "tmpfs", "device": "tmpfs", "o": "size=8m"}),
        bind=at("Options", encode=dict),
        merged_by_key=True,
    ),
    Field(
        name="labels",
        codec=LABELS,
        doc="Labels of the volume.",
        examples=({"team": "a"}, {"team": "b"}),
        bind=at("Labels", encode=dict, decode=without_own),
        merged_by_key=True,
    ),
)


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare the resource of one entry."""
    _check_device(declaration)
    yield declare_named("volume", declaration, settings=(PROTECT,))


def _check_device(declaration: Declaration) -> None:
    """Report a path on the engine's host that may not be mounted: the local driver mounts whatever it is given."""
    options = as_map(declaration.values.get("driver_opts"))
    device, flags = str(options.get("device") or ""), str(options.get("o") or "").split(",")
    if device.startswith("/") or (device and not {"bind", "rbind"}.isdisjoint(flags)):
        try:
            declaration.inputs.mount_source(f"/{device.lstrip('/')}")
        except Invalid as invalid:
            declaration.report(invalid.within("driver_opts", "device"))


def observe(context: ObserveContext) -> Observation:
    """Observe the workflow's volumes on the engine."""
    records = label_overrides.find("volume", context.records)
    return classify(FIELDS, label_overrides.user_volumes(context.volumes), records, context)


def _list_owned(lists: EngineLists) -> Iterable[OwnedResource]:
    from runner.kinds.shared.listed import list_volumes

    return list_volumes(lists)


def create(task: Task) -> str:
    """Create the volume."""
    task.set_state(State.CREATING)
    body = labelled_body(FIELDS, task)
    id = task.gateway.volumes.create({**body, "DriverOpts": body.pop("Options", {})})
    task.on_rollback(partial(task.gateway.volumes.remove, id))
    return id


def update(task: Task) -> str:
    """Adopt the volume, or record that it is protected or no longer is."""
    return update_labels(FIELDS, task)


def delete(task: Task) -> None:
    """Remove the volume with its data; of an abandoned one, its record."""
    task.set_state(State.REMOVING)
    task.on_commit(partial(_remove, task))


def _remove(task: Task) -> None:
    if not task.observed.abandoned:
        task.gateway.volumes.remove(task.observed.engine_name)
    delete_record(task)


def _operations() -> Operations:
    return Operations(create=create, update=update, replace=create, delete=delete)


def _describe(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.describe_volume import describe

    return describe(context, observed)


VOLUME = Kind(
    name="volume",
    section="volumes",
    doc="Named volumes, which outlive their containers.",
    settings=(NAME, EXTERNAL, PROTECT),
    fields=FIELDS,
    internal_fields=INTERNAL_FIELDS,
    declare=declare,
    observe=observe,
    list_owned=_list_owned,
    describe=_describe,
    operations=_operations,
    delete_before_create=True,
    keeps_data=True,
)

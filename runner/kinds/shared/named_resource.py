"""Common code of networks and volumes: their names, external ones, and ownership."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from runner import __version__
from runner.core.address import Address
from runner.core.claim import ExclusiveClaim
from runner.core.resource_state import State
from runner.core.settings import Settings
from runner.core.state import ObservedResource, Resource, UnmanagedResource
from runner.core.struct import replace
from runner.core.traits import Traits
from runner.core.values import Value
from runner.kinds.shared import label_overrides
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.encode import encode, read_observed
from runner.resource.engine_json import Binding, Body
from runner.resource.field import DefaultSources, Field, Setting
from runner.resource.labels import WORKFLOW, applied_digests, creation_labels, owned_address, ownership
from runner.resource.observation import Observation, ObserveContext
from runner.resource.scalars import BOOLEAN, TEXT, matching

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.label_store import LabelStore
    from runner.core.task import Task

ENGINE_NAME = matching(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", "a name of two or more letters, digits, _ . and -")

NAME = Setting(name="name", codec=ENGINE_NAME, doc="Its name on the engine; default: WORKFLOW_KEY.", examples=("data",))
EXTERNAL = Setting(
    name="external",
    codec=BOOLEAN,
    doc="It already exists; it is read but never changed.",
    examples=(True,),
)


def _not_a_field(_value: Value, _body: Body) -> None:
    """Leave the create body unchanged: the name is set separately."""


INTERNAL_FIELDS = (
    Field(
        name="name",
        codec=TEXT,
        doc="Its name on the engine, which cannot be changed.",
        examples=("", ""),
        bind=Binding(_not_a_field, lambda document: document["Name"]),
    ),
)


def declare_named(kind: str, declaration: Declaration, *, settings: Iterable[Setting] = ()) -> Resource:
    """Declare the resource of a network or a volume; the default name of an external one is its key."""
    values, key = declaration.values, declaration.key
    external = bool(values.get("external"))
    own_settings = {row.name for row in (NAME, EXTERNAL, *settings)}
    fields = {name: value for name, value in values.items() if name not in own_settings}
    for field in fields if external else ():
        help = "external resources are never changed"
        declaration.report(Invalid(f'"{field}" conflicts with external', path=tuple(field.split(".")), help=help))
    name = str(values.get("name") or (key if external else f"{declaration.workflow}_{key}"))
    return Resource(
        address=Address(kind, key),
        engine_name=name,
        fields={} if external else {**fields, "name": name},
        settings=Settings(protect=bool(values.get("protect"))),
        claims=(ExclusiveClaim(f'{kind} name "{name}"', path=("name",)),),
        external=external,
    )


def labelled_body(rows: Iterable[Field], task: Task) -> Body:
    """Return the create body of a network or volume, with its ownership labels."""
    table = tuple(rows)
    body = encode(table, task.fields())
    for_others = creation_labels(task.desired, task.attribute)
    labels = {**for_others, **body.get("Labels", {}), **_own_labels(table, task)}
    return {**body, "Name": task.desired.engine_name, "Labels": labels}


def _own_labels(rows: Iterable[Field], task: Task) -> dict[str, str]:
    applied = applied_digests(rows, task.fields(), task.desired.sensitive_places)
    return ownership(task.workflow, task.desired, applied, __version__, file=task.file)


def update_labels(rows: Iterable[Field], task: Task) -> str:
    """Record the owner and the applied fields: all that can be changed without recreating the resource."""
    task.set_state(State.UPDATING, id=task.observed.id)
    store = _store(task)
    task.on_rollback(label_overrides.restore_point(store, task.observed))
    label_overrides.save(store, task.observed, _own_labels(rows, task))
    return task.observed.id


def delete_record(task: Task) -> None:
    """Remove the record that a resource had when it was observed."""
    label_overrides.delete(_store(task), task.observed)


def _store(task: Task) -> LabelStore:
    from runner.resource.volume_store import VolumeStore

    return VolumeStore(task.gateway)


def classify(
    rows: Iterable[Field],
    listed: Iterable[EngineJSON],
    records: label_overrides.Records,
    context: ObserveContext,
    is_made: Callable[[Field, str | None], bool] | None = None,
) -> Observation:
    """Classify the engine's list: resources of this workflow, and foreign ones with a wanted name.

    With `is_made`, which tells what needs no declaration, all else that a foreign one has counts as declared before,
    where its labels say that it is the wanted one, but was made from another declaration.
    """
    kind, table, own, foreign = records.kind, (*rows, *INTERNAL_FIELDS), [], []
    wanted = {resource.engine_name: resource for resource in context.wanted(kind)}
    for document in listed:
        name, id = document["Name"], id_of(document)
        own_labels = document.get("Labels") or {}
        labels = records.labels(id, own_labels)
        resource, address = wanted.get(name), owned_address(labels, context.workflow)
        if resource is not None and resource.external:
            own.append(ObservedResource(resource.address, id, name, attributes={"id": id}, owned=False))
        elif address is not None and address.kind == kind:
            own.append(_read(table, document, address, labels, context, records.traits_of(id)))
        elif resource is not None:
            live = replace(_read(table, document, resource.address, {}, context, Traits()), owned=False)
            stands_for = _is(own_labels, resource)
            if stands_for and is_made and _is_changed(own_labels, resource):
                from runner.kinds.shared.former_declaration import with_all_declared

                live = with_all_declared(live, rows, DefaultSources(image={}, engine=context.engine), is_made)
            foreign.append(UnmanagedResource(kind, name, id, labels.get(WORKFLOW), live, stands_for))
    stale = records.stale(context.workflow, map(id_of, listed))
    return Observation(own=tuple(own), abandoned=tuple(stale), foreign=tuple(foreign))


def _is(labels: Mapping[str, str], resource: Resource) -> Address | None:
    """Return the address of a declared resource if something's labels say that it is this one."""
    if not resource.creation_labels:
        return None
    from runner.resource.compose_labels import is_what

    return resource.address if is_what(labels, resource) else None


def _is_changed(labels: Mapping[str, str], resource: Resource) -> bool:
    """Return whether something's labels say that it was made from another declaration than the resource's."""
    from runner.resource.compose_labels import CONFIG_HASH

    return labels.get(CONFIG_HASH, wanted := resource.creation_labels.get(CONFIG_HASH)) != wanted


def id_of(document: EngineJSON) -> str:
    """Return the engine's permanent id: a volume only has its name."""
    return str(document.get("Id") or document["Name"])


def _read(
    table: Iterable[Field],
    document: EngineJSON,
    address: Address,
    labels: Mapping[str, str],
    context: ObserveContext,
    traits: Traits,
) -> ObservedResource:
    id, layers = id_of(document), DefaultSources(image={}, engine=context.engine)
    return read_observed(
        table,
        document,
        address=address,
        id=id,
        name=document["Name"],
        labels=labels,
        layers=layers,
        traits=traits,
    )

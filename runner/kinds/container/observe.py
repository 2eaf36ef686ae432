"""Observe the containers of a workflow and their health."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import NotFound
from runner.core.state import ObservedResource, UnmanagedResource
from runner.core.struct import replace
from runner.core.traits import Traits
from runner.kinds.container import anonymous
from runner.kinds.container import granted_files as files
from runner.kinds.container.anonymous import with_anonymous_volumes
from runner.kinds.container.host_paths import missing_sources, swapped_sources
from runner.kinds.container.host_ports import port_occupants
from runner.kinds.container.live_health import read_health
from runner.kinds.container.options import TABLE
from runner.kinds.container.rivals import classify
from runner.kinds.container.sharing import find_sharers, idle_owners, lost_field, lost_namespaces
from runner.kinds.container.traits import ContainerTraits, traits_of
from runner.kinds.shared import label_overrides
from runner.resource.encode import read_observed
from runner.resource.field import DefaultSources, Field
from runner.resource.labels import COMPLETION, REPLACES, WORKFLOW, owned_address
from runner.resource.mount_json import mounted_images
from runner.resource.observation import Observation, ObserveContext
from runner.resource.platform import platform_of

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.label_store import LabelRecord


def observe(context: ObserveContext) -> Observation:
    """Observe the workflow's containers, what interrupted replacements left, and the occupants of wanted names."""
    listed, volumes = context.containers, context.volumes
    records = label_overrides.find("container", context.records)
    found = observe_as("container", TABLE, context, listed, records)
    stale = records.stale(context.workflow, (short["Id"] for short in listed))
    left_files = files.stale_volumes(volumes, listed, context.workflow)
    idle = idle_owners(context, {_name(short): short for short in listed})
    return replace(
        found,
        abandoned=(*found.abandoned, *stale, *left_files, *_stale_completions(context)),
        retained=tuple(anonymous.outlived(volumes, listed, context.workflow)),
        warnings=(*found.warnings, *idle, *_undeclared(context)),
        occupants=tuple(port_occupants(context)),
    )


def observe_as(
    kind: str,
    table: Iterable[Field],
    context: ObserveContext,
    listed: Iterable[EngineJSON],
    records: label_overrides.Records,
) -> Observation:
    """Classify the listed containers by one kind's table: own, abandoned, and foreign ones with a wanted name."""
    wanted = {resource.engine_name: resource.address for resource in context.wanted(kind)}
    stand_ins = _stand_ins(kind, context, listed, records)
    changed = _changed(stand_ins, context, listed)
    reader = _Reader(tuple(table), context, records)
    own: dict[str, tuple[Address, Mapping[str, str]]] = {}
    foreign, index = [], []
    for short in listed:
        id, name = short["Id"], _name(short)
        labels = records.labels(id, short.get("Labels") or {})
        address = owned_address(labels, context.workflow)
        if address is None:
            index.append(_bare(name, id))
            if id in stand_ins or name in wanted:
                live = reader.read_foreign(id, stand_ins.get(id) or wanted[name], is_changed=id in changed)
                owner = labels.get(WORKFLOW)
                foreign.append(UnmanagedResource("container", name, id, owner, live, stand_ins.get(id)))
        elif address.kind == kind:
            own[id] = (address, labels)
    inspected = list(context.gateway.containers.inspect_many(list(own)))
    reader.know(inspected)
    missing = list(missing_sources(kind, context.desired, context.engine)) if context.desired else []
    seen, abandoned = classify([reader.read(inspect, *own[inspect["Id"]]) for inspect in inspected])
    return Observation(
        tuple(seen),
        tuple(abandoned),
        tuple(foreign),
        tuple(index),
        problems=tuple(found for found in missing if found.severity is Severity.ERROR),
        warnings=tuple(found for found in missing if found.severity is not Severity.ERROR),
    )


def _stand_ins(
    kind: str, context: ObserveContext, listed: Iterable[EngineJSON], records: label_overrides.Records
) -> Mapping[str, Address]:
    if not any(resource.creation_labels for resource in context.wanted(kind)):
        return {}
    from runner.kinds.container.compose_origin import stand_ins

    return stand_ins(kind, context, listed, records)


def _changed(stand_ins: Mapping[str, Address], context: ObserveContext, listed: Iterable[EngineJSON]) -> frozenset[str]:
    if not stand_ins:
        return frozenset()
    from runner.kinds.container.compose_origin import changed

    return changed(stand_ins, context, listed, attributes)


def _undeclared(context: ObserveContext) -> Iterator[Diagnostic]:
    if context.desired and any(resource.creation_labels for resource in context.desired.resources.values()):
        from runner.kinds.container.compose_origin import undeclared

        yield from undeclared(context)


def _completions(context: ObserveContext) -> Mapping[str, LabelRecord]:
    return {record.labels[COMPLETION]: record for record in context.records if COMPLETION in record.labels}


def _stale_completions(context: ObserveContext) -> Iterable[ObservedResource]:
    if not (records := _completions(context)):
        return ()
    from runner.kinds.container.completion import stale

    return stale(context, records)


def _name(short: EngineJSON) -> str:
    """Return the container's own name: links add others, with a slash in them."""
    names = [name.lstrip("/") for name in short.get("Names") or ()]
    return next((name for name in names if "/" not in name), str(short["Id"]))


def _own_name(inspect: EngineJSON) -> str:
    return str(inspect["Name"].lstrip("/"))


def attributes(id: str) -> dict[str, str]:
    """Return the attributes that others may refer to: the id, and the mode that shares a namespace of the container."""
    return {"id": id, "namespace": f"container:{id}"}


def _bare(name: str, id: str) -> ObservedResource:
    return ObservedResource(Address("container", name), id, name, attributes=attributes(id))


class _Reader:
    """Reader of the containers of one observation; inspects each of their images once."""

    def __init__(self, table: tuple[Field, ...], context: ObserveContext, records: label_overrides.Records) -> None:
        self._table = table
        self._survey = context
        self._records = records
        self._images: dict[str, EngineJSON] = {}
        self._containers: dict[str, EngineJSON | None] = {}
        """Inspected containers by id and by name; None for those that are gone."""
        self._sharers: Mapping[str, tuple[str, ...]] = {}
        self._completions = _completions(context)
        """The records of completions, by the container's id."""

    def know(self, inspected: Iterable[EngineJSON]) -> None:
        """Add containers that may share namespaces with each other."""
        for one in inspected:
            self._containers |= {one["Id"]: one, _own_name(one): one}
        self._sharers = find_sharers(one for one in self._containers.values() if one)

    def read(
        self, inspect: EngineJSON, address: Address, labels: Mapping[str, str], *, owned: bool = True
    ) -> ObservedResource:
        """Read one container; `labels` record what was set."""
        layers = DefaultSources(self._image(inspect["Image"]), self._survey.engine)
        read = _read(self._table, inspect, address, labels, layers, self._records.traits_of(inspect["Id"]))
        read = self._with_completion(replace(read, owned=owned), inspect)
        lost = lost_namespaces(inspect, self._container, self._called)
        return replace(
            read,
            fields={**read.fields, **lost_field(lost)},
            traits=replace(traits_of(read), sharers=self._sharers.get(read.id, ())),
            removed_after=frozenset({inspect["Image"], *mounted_images(inspect)}),
            findings=tuple(swapped_sources(inspect, self._survey.engine)),
        )

    def _with_completion(self, read: ObservedResource, inspect: EngineJSON) -> ObservedResource:
        record = self._completions.get(read.id)
        if inspect["State"]["Status"] != "exited" and record is None:
            return read
        from runner.kinds.container.completion import with_completion

        return with_completion(read, self._survey, inspect, record)

    def read_foreign(self, id: str, address: Address, *, is_changed: bool) -> ObservedResource | None:
        """Inspect a foreign container and read it as if it were owned; None if it is gone meanwhile.

        Of one that `is_changed`, all that it has counts as having been declared before.
        """
        try:
            inspect = self._survey.gateway.containers.inspect(id)
        except NotFound:
            return None
        read = self.read(inspect, address, labels={}, owned=False)
        if not is_changed:
            return read
        from runner.kinds.container.formerly_declared import with_former_declaration

        layers = DefaultSources(self._image(inspect["Image"]), self._survey.engine)
        declared = self._survey.desired.resources.get(address) if self._survey.desired else None
        return with_former_declaration(read, inspect, self._table, layers, declared)

    def _container(self, ref: str) -> EngineJSON | None:
        """Return a container that another one shares a namespace of; only foreign ones still need to be inspected."""
        if ref not in self._containers:
            try:
                self._containers[ref] = self._survey.gateway.containers.inspect(ref)
            except NotFound:
                self._containers[ref] = None
        return self._containers[ref]

    def _called(self, inspect: EngineJSON) -> str:
        labels = self._records.labels(inspect["Id"], inspect["Config"].get("Labels") or {})
        address = owned_address(labels, self._survey.workflow)
        return str(address) if address else _own_name(inspect)

    def _image(self, id: str) -> EngineJSON:
        if id not in self._images:
            self._images[id] = inspect_image(self._survey.gateway, id)
        return self._images[id]


def inspect_image(gateway: Gateway, id: str) -> EngineJSON:
    """Return an image's inspect document; empty if the image was removed while containers use it."""
    try:
        return gateway.images.inspect(id)
    except NotFound:
        return {}


def _read(
    table: tuple[Field, ...],
    inspect: EngineJSON,
    address: Address,
    labels: Mapping[str, str],
    layers: DefaultSources,
    recorded: Traits,
) -> ObservedResource:
    """Read one container; `recorded` are the traits that its record gives it."""
    name, id = _own_name(inspect), inspect["Id"]
    file_volumes = files.file_volumes(inspect)
    traits = ContainerTraits(
        records=recorded.records,
        removed_with=recorded.removed_with,
        file_volumes=tuple(sorted(file_volumes.values())),
        image_name=inspect["Config"].get("Image") or "",
        is_adopted=WORKFLOW not in (inspect["Config"].get("Labels") or {}),
        started=inspect["State"]["StartedAt"],
        replaced=inspect["Created"] if REPLACES in (inspect["Config"].get("Labels") or {}) else "",
    )
    return read_observed(
        table,
        {**inspect, "Platform": platform_of(layers.image)},  # the container's own is just the OS
        address=address,
        id=id,
        name=name,
        labels=labels,
        layers=layers,
        attributes=attributes(id),
        traits=with_anonymous_volumes(traits, inspect, layers.image, file_volumes),
        health=read_health(inspect),
    )

"""Label overrides: records that count in place of a resource's own runner labels.

The engine can't change labels after creation. So the labels of a container that was updated in place since, and those
of a container, network or volume that was created by others and adopted by runner, are kept on the engine as the labels
of a record. They count instead of runner's labels on the resource itself; if the record is lost, those count again, and
an adopted resource is unmanaged again. A successful job has a record in case its container is pruned (see
`job.past_run`).

All kinds use the same mechanism, though a network could be recreated with labels of its own: an adoption must change
nothing on the engine, and a container can't get labels without stopping, nor a volume without losing its data.

A record refers to its resource by the engine's id, so that nothing else with the same name is taken for it; but a
volume has no id other than its name. Independent of the fields of any kind.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from runner.core.address import Address
from runner.core.state import ObservedResource
from runner.core.struct import Struct, field, replace
from runner.core.traits import Traits
from runner.core.values import Digest, is_decimal
from runner.resource.labels import ADDRESS, COMPLETION, LOCK, ORCHESTRATOR, PREFIX, WORKFLOW

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.label_store import LabelRecord, LabelStore

Labels: TypeAlias = Mapping[str, str]
TraitsT = TypeVar("TraitsT", bound=Traits)

_SUBJECTS = {kind: f"{PREFIX}{kind}" for kind in ("container", "job", "network", "volume")}
"""By kind, the label of a record that has the id of its resource."""

_GOING = f"{PREFIX}going"
"""On the record of a resource being removed for good: the volumes to be removed with it."""


class Records(Struct):
    """All records of one kind, of any workflow, by the resources' ids; the last one of each counts."""

    kind: str
    kept: Mapping[str, Sequence[LabelRecord]] = field(default_factory=dict)

    def labels(self, id: str, own: Labels) -> Labels:
        """Return the effective labels of a resource."""
        if id not in self.kept:
            return own
        others = {name: text for name, text in own.items() if not name.startswith(PREFIX)}
        return {**others, **self.kept[id][-1].labels}

    def traits_of(self, id: str) -> Traits:
        """Return the traits that a resource's record gives it; none if it has no record."""
        if id not in self.kept:
            return Traits()
        last = self.kept[id][-1]
        return _recorded(Traits(), last.name, last.labels)

    def stale(self, workflow: str, living: Iterable[str]) -> list[ObservedResource]:
        """Return stand-ins for a workflow's records that are obsolete; `living` are the ids of existing resources."""
        gone = [id for id, _ in self.kept_of(workflow, set(living))]
        return [
            *(self._stand_in(id, _short(self.kind, id), self.traits_of(id)) for id in gone),
            *self.superseded(workflow),
        ]

    def superseded(self, workflow: str) -> list[ObservedResource]:
        """Return stand-ins for records next to a later one: a run was killed before it removed them."""
        return [
            self._stand_in(one.name, f"{_short(self.kind, id)}.{_number(one.name)}", Traits(records=(one.name,)))
            for id, records in self.kept.items()
            for one in records[:-1]
            if one.labels.get(WORKFLOW) == workflow
        ]

    def kept_of(self, workflow: str, living: Container[str]) -> list[tuple[str, Labels]]:
        """Return id and labels of each resource of a workflow that has a record but no longer exists."""
        return [(id, labels) for id, labels in self.latest() if id not in living and labels.get(WORKFLOW) == workflow]

    def latest(self) -> Iterator[tuple[str, Labels]]:
        """Yield the id of each resource that has a record, of any workflow, and the labels that count."""
        return ((id, records[-1].labels) for id, records in self.kept.items())

    def _stand_in(self, id: str, name: str, traits: Traits) -> ObservedResource:
        return ObservedResource(Address(self.kind, name), id, name, traits=traits, abandoned=True)


def find(kind: str, records: Iterable[LabelRecord]) -> Records:
    """Return those of a kind among all records of the engine."""
    subject = _SUBJECTS[kind]
    kept: dict[str, list[LabelRecord]] = {}
    for one in records:
        if subject in one.labels:
            kept.setdefault(one.labels[subject], []).append(replace(one, labels=_without(subject, one.labels)))
    return Records(kind, {id: sorted(records, key=lambda one: _number(one.name)) for id, records in kept.items()})


def user_volumes(volumes: Iterable[EngineJSON]) -> list[EngineJSON]:
    """Return the volumes with user data, without runner's own, and without those that services of a swarm have."""
    runners_own = {*_SUBJECTS.values(), COMPLETION, LOCK, ORCHESTRATOR}
    return [volume for volume in volumes if runners_own.isdisjoint(volume.get("Labels") or ())]


def save(store: LabelStore, thing: ObservedResource, labels: Labels) -> ObservedResource:
    """Save the record of a resource, in place of the one it may have; return the resource with the new record's mark.

    The new record is created before the old one is removed: an adopted resource would be unmanaged in between.
    """
    kind, name = thing.address.kind, _next(thing)
    store.create(name, {**labels, _SUBJECTS[kind]: thing.id})
    delete(store, thing)
    return replace(thing, traits=_recorded(thing.traits, name, labels))


def is_kept(thing: ObservedResource) -> bool:
    """Return whether a resource had a record when it was observed."""
    return bool(thing.traits.records)


def delete(store: LabelStore, thing: ObservedResource) -> None:
    """Remove the record that a resource had when it was observed."""
    for name in thing.traits.records:
        store.remove(name)


def mark_for_removal(
    store: LabelStore, workflow: str, thing: ObservedResource, volumes: Iterable[str]
) -> ObservedResource:
    """Record that a resource is being removed, and which volumes with it; return the resource with that mark.

    If the run is killed after the resource is removed, nothing else leads to these volumes.
    """
    return save(store, thing, {WORKFLOW: workflow, ADDRESS: str(thing.address), _GOING: " ".join(volumes)})


def restore_point(store: LabelStore, thing: ObservedResource) -> Callable[[], None]:
    """Capture the record of a resource; return the undo action that restores it after another one was saved."""
    kept = find(thing.address.kind, store.list()).kept.get(thing.id) if thing.traits.records else None
    records = (*thing.traits.records, _next(thing))
    changed = replace(thing, traits=replace(thing.traits, records=records))

    def restore() -> None:
        if kept:
            save(store, changed, kept[-1].labels)
        else:
            delete(store, changed)

    return restore


def _recorded(traits: TraitsT, name: str, labels: Labels) -> TraitsT:
    return replace(traits, records=(name,), removed_with=tuple(labels.get(_GOING, "").split()))


def _next(thing: ObservedResource) -> str:
    number = 1 + max(map(_number, thing.traits.records), default=0)
    return f"runner.applied.{_short(thing.address.kind, thing.id)}.{number}"


def _number(name: str) -> int:
    number = name.rpartition(".")[2]
    return int(number) if is_decimal(number) else 0


def _without(name: str, labels: Labels) -> Labels:
    return {other: text for other, text in labels.items() if other != name}


def _short(kind: str, id: str) -> str:
    return Digest.of(id).text if kind == "volume" else id[:12]

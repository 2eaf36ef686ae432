"""An engine of paper: what observing would find after an apply, without an engine.

It is made from the desired state itself, so that a case says only what came to differ since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runner.core.address import Address
from runner.core.engine import Engine
from runner.core.state import (
    DesiredState,
    FieldValue,
    ObservedResource,
    ObservedState,
    Ref,
    Resource,
    UnmanagedResource,
)
from runner.core.struct import replace
from runner.core.traits import Traits
from runner.core.values import Digest, Value
from runner.kinds import CATALOG
from runner.kinds.image.fingerprint import of_bases
from runner.kinds.image.settings import BuildSettings, PullSettings
from runner.resource.field import DefaultSources
from runner.resource.labels import applied_digests

ENGINE = Engine("docker", "20.10.24", "1.41", "linux", "amd64")


def after_apply(desired: DesiredState) -> ObservedState:
    """Return what an engine has right after a workflow was applied to it."""
    own = {address: _made(resource) for address, resource in desired.resources.items()}
    bases = {
        ref.address
        for resource in desired.resources.values()
        if isinstance(resource.settings, BuildSettings)
        for ref in resource.settings.bases.values()
    }
    index = {
        base: ObservedResource(base, _id(base), base.name, attributes={"id": _id(base)}, owned=False) for base in bases
    }
    return ObservedState(ENGINE, own, index=index)


def _id(address: Address) -> str:
    return f"{address}#1"


def _made(resource: Resource) -> ObservedResource:
    kind, id = CATALOG[resource.address.kind], _id(resource.address)
    record = Traits(records=(f"runner.applied.{id}.1",)) if kind.name == "job" else Traits()
    observed = ObservedResource(
        resource.address, id, resource.engine_name, attributes=kind.attributes(id), traits=record
    )
    if resource.external or isinstance(resource.settings, PullSettings):
        return replace(observed, owned=False)
    if isinstance(resource.settings, BuildSettings):
        bases = of_bases({base: _id(ref.address) for base, ref in resource.settings.bases.items()})
        names = Digest.of(resource.fields["names"]).text  # type: ignore[arg-type]
        return replace(observed, fields={**_values(resource), "build.bases": bases}, applied={"names": names})
    applied = applied_digests(kind.compared, resource.fields, resource.sensitive_places)
    layers = DefaultSources(image={}, engine=ENGINE)
    return replace(
        observed,
        fields=_values(resource),
        applied=applied,
        defaults={row.name: row.default(row.bind, layers) for row in kind.compared if row.name in applied},
        recorded_dependencies=frozenset(dependency.address for dependency in resource.depends_on),
        protected=resource.settings.protect,
        sensitive_places=resource.sensitive_places,
    )


def _values(resource: Resource) -> dict[str, Value]:
    return {name: _value(value) for name, value in resource.fields.items()}


def _value(value: FieldValue) -> Value:
    if isinstance(value, Ref):
        return CATALOG[value.address.kind].attributes(_id(value.address))[value.attribute]
    return value  # type: ignore[return-value]


def by_hand(state: ObservedState, changes: Mapping[str, Any]) -> ObservedState:
    """Change what an engine has: by address "gone", or `id`, `needs` and fields as the file would have them.

    An entry of a keyed field is set by itself, and taken away by null.
    """
    resources, index = dict(state.resources), dict(state.index)
    for text, change in changes.items():
        address = Address.parse(text)
        where = resources if address in resources else index
        if change == "gone":
            del where[address]
        else:
            where[address] = _changed(where[address], change)
    return replace(state, resources=resources, index=index)


def _changed(one: ObservedResource, change: Mapping[str, Any]) -> ObservedResource:
    rows = {row.name: row for row in CATALOG[one.address.kind].compared}
    fields = dict(one.fields)
    for name, given in change.items():
        if name == "id":
            one = replace(one, id=given, attributes={**one.attributes, "id": given})
        elif name == "needs":
            one = replace(one, recorded_dependencies=frozenset(map(Address.parse, given)))
        elif rows[name].merged_by_key:
            fields[name] = _entries(fields.get(name), given, rows[name].codec.parse)
        else:
            fields[name] = None if given is None else rows[name].codec.parse(given)
    return replace(one, fields=fields)


def _entries(before: Any, given: Mapping[str, Any], parse: Any) -> Value:
    added = parse({key: value for key, value in given.items() if value is not None})
    kept = {key: value for key, value in (before or {}).items() if key not in given}
    return {**kept, **added}


def abandoned(text: str, state: ObservedState) -> ObservedResource:
    """Make what an interrupted run left, from its address and name on the engine; it holds what the real one does."""
    address, name = text.split()
    return replace(state.resources[Address.parse(address)], id=f"{name}#1", engine_name=name, abandoned=True)


def give_away(state: ObservedState, things: Iterable[Mapping[str, str]]) -> ObservedState:
    """Give things of other names and kinds to somebody else; `was` is the address of one that looks as if applied.

    What somebody else's labels say that it is, is its `is`.
    """
    resources = dict(state.resources)
    foreign = tuple(_foreign(thing, resources) for thing in things)
    return replace(state, resources=resources, foreign=foreign)


def _foreign(thing: Mapping[str, str], resources: dict[Address, ObservedResource]) -> UnmanagedResource:
    live = resources.pop(Address.parse(thing["was"])) if "was" in thing else None
    if live is not None:
        live = replace(live, applied={}, defaults={}, recorded_dependencies=frozenset(), owned=False, protected=False)
    stands_for = Address.parse(thing["is"]) if "is" in thing else None
    return UnmanagedResource(thing["kind"], thing["name"], f"{thing['name']}#1", thing.get("owner"), live, stands_for)

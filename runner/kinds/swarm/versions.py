"""Versions: what can't be changed on a swarm is made anew beside what is there, and services move over.

A version stays as long as anything rests on it: the spec of a service, or the record of the one that a service goes
back to. The others are removed when the run ends, and by the next one if that was killed.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from runner.core.address import Address
from runner.core.state import ObservedResource, Ref
from runner.core.struct import Struct, replace
from runner.core.traits import Traits
from runner.resource.diff import diff_fields
from runner.resource.labels import ORCHESTRATOR, RECORD
from runner.resource.orchestrator_names import SWARM

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.state import Resource
    from runner.resource.field import Field
    from runner.resource.swarm_lists import SwarmLists

ON_SWARM: Final[Mapping[str, str]] = {ORCHESTRATOR: SWARM}
"""The label of all that a workflow has on a swarm."""
_SHORT: Final = 12


class VersionTraits(Traits, kw_only=True):
    """What a resource has besides its current version."""

    earlier: tuple[str, ...] = ()
    """The ids of versions that something still rests on."""


class Version(Struct):
    """One version of a resource; `created` is when, as the swarm writes it."""

    found: ObservedResource
    created: str


class Users:
    """What rests on secrets, configs and networks: services, and records of those that are being rolled."""

    def __init__(self, lists: SwarmLists) -> None:
        self._ids = frozenset(id for service in lists.services for id in named_in(service["Spec"]))
        self._records = tuple(_data(config) for config in lists.configs if is_record(config))

    def have(self, id: str) -> bool:
        """Tell whether anything rests on a version."""
        return id in self._ids or any(id in text for text in self._records)


def is_record(config: EngineJSON) -> bool:
    """Tell whether a config is a record of runner's own."""
    return RECORD in labels_of(config)


def labels_of(document: EngineJSON) -> Mapping[str, str]:
    """Return the labels of a secret, config or network."""
    return (document.get("Spec") or document).get("Labels") or {}


def _data(config: EngineJSON) -> str:
    return b64decode(config["Spec"].get("Data") or "").decode(errors="replace")


def named_in(spec: EngineJSON) -> Iterator[str]:
    """Yield the ids of secrets, configs and networks that the spec of a service has."""
    task = spec.get("TaskTemplate") or {}
    container = task.get("ContainerSpec") or {}
    for key, id in (("Secrets", "SecretID"), ("Configs", "ConfigID")):
        yield from (str(one[id]) for one in container.get(key) or ())
    for one in (*(task.get("Networks") or ()), *(spec.get("Networks") or ())):
        yield str(one["Target"])


def current_versions(
    versions: Iterable[Version], users: Users, wanted: Mapping[Address, Resource], rows: Sequence[Field]
) -> tuple[list[ObservedResource], list[ObservedResource]]:
    """Return the current version of each resource, and those of all that nothing rests on any more.

    Current is the one that is as declared, else one that is in use, else the newest.
    """
    by_address: dict[Address, list[Version]] = {}
    for version in versions:
        by_address.setdefault(version.found.address, []).append(version)
    current, left = [], []
    for address, all_versions in by_address.items():
        is_wanted = _as_declared(wanted.get(address), rows)
        ordered = sorted(all_versions, key=lambda one: (is_wanted(one), users.have(one.found.id), one.created))
        *others, last = (one.found for one in ordered)
        earlier = tuple(one.id for one in others if users.have(one.id))
        current.append(replace(last, traits=VersionTraits(earlier=earlier)))
        left += [_left(one) for one in others if one.id not in earlier]
    return current, left


def _as_declared(resource: Resource | None, rows: Sequence[Field]) -> Callable[[Version], bool]:
    def is_wanted(version: Version) -> bool:
        return resource is not None and not diff_fields(rows, resource.fields, version.found, _unknown)

    return is_wanted


def _unknown(_ref: Ref) -> None:
    return None


def _left(one: ObservedResource) -> ObservedResource:
    """Return a version that nothing rests on, as what it is: a leftover with an address of its own."""
    address = Address(one.address.kind, f"{one.address.name}.{one.id[:_SHORT]}")
    return replace(one, address=address, abandoned=True)


def every_version(observed: ObservedResource) -> tuple[str, ...]:
    """Return the ids of all that a resource has."""
    return (observed.id, *observed.traits.earlier) if isinstance(observed.traits, VersionTraits) else (observed.id,)


def stale_versions(versions: Sequence[Version], users: Users, kept: Container[str]) -> Iterator[str]:
    """Yield the ids of versions that nothing rests on, beside another one of their resource; `kept` ones stay."""
    for version in versions:
        found = version.found
        if found.id not in kept and not users.have(found.id):
            others = (one for one in versions if one.found.address == found.address and one is not version)
            if any(one.found.id in kept or users.have(one.found.id) or one.created > version.created for one in others):
                yield found.id

"""The secrets and configs that a swarm has: all versions of those of a workflow, and the current ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from runner.core.state import ObservedResource
from runner.core.values import read_moment
from runner.kinds.swarm.secret_config.content import ROWS
from runner.kinds.swarm.versions import Users, Version, current_versions, is_record, labels_of
from runner.resource.census import OwnedResource, read_owned
from runner.resource.encode import read_observed
from runner.resource.field import DefaultSources
from runner.resource.labels import owned_address
from runner.resource.observation import Observation

if TYPE_CHECKING:
    from runner.core.address import Address
    from runner.core.engine import Engine
    from runner.core.engine_answers import EngineJSON
    from runner.core.state import Resource
    from runner.resource.census import EngineLists
    from runner.resource.observation import ObserveContext
    from runner.resource.swarm_lists import SwarmLists


def listed(kind: str, lists: SwarmLists) -> Sequence[EngineJSON]:
    """Return all secrets, or all configs but runner's records."""
    return lists.secrets if kind == "secret" else [one for one in lists.configs if not is_record(one)]


def versions_of(kind: str, lists: SwarmLists, workflow: str, engine: Engine) -> Iterator[Version]:
    """Yield all that a workflow has of them."""
    for document in listed(kind, lists):
        address = owned_address(labels_of(document), workflow)
        if address is not None and address.kind == kind:
            yield Version(_read(document, address, engine), str(document.get("CreatedAt", "")))


def _read(document: EngineJSON, address: Address, engine: Engine) -> ObservedResource:
    id, name = str(document["ID"]), str(document["Spec"]["Name"])
    return read_observed(
        ROWS,
        document,
        address=address,
        id=id,
        name=name,
        labels=labels_of(document),
        layers=DefaultSources(image={}, engine=engine),
        attributes={"id": id, "name": name},
    )


def observe(kind: str, context: ObserveContext) -> Observation:
    """Observe a workflow's secrets or configs."""
    found = tuple(versions_of(kind, context.swarm, context.workflow, context.engine))
    wanted = {resource.address: resource for resource in context.wanted(kind)}
    existing = tuple(_existing(listed(kind, context.swarm), wanted.values()))
    own, abandoned = current_versions(found, Users(context.swarm), wanted, ROWS) if found else ([], [])
    return Observation(own=(*own, *existing), abandoned=tuple(abandoned))


def _existing(documents: Iterable[EngineJSON], wanted: Iterable[Resource]) -> Iterator[ObservedResource]:
    """Yield those that the workflow only uses."""
    names = {resource.engine_name: resource for resource in wanted if resource.external}
    for document in documents if names else ():
        name = str(document["Spec"]["Name"])
        if name in names:
            attributes = {"id": str(document["ID"]), "name": name}
            yield ObservedResource(names[name].address, attributes["id"], name, attributes=attributes, owned=False)


def list_owned(kind: str, lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield those of all workflows."""
    for document in listed(kind, lists.swarm):
        owned = read_owned(kind, labels_of(document), created=read_moment(str(document.get("CreatedAt", ""))))
        if owned is not None:
            yield owned

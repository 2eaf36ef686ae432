"""The networks that a swarm has: all versions of those of a workflow, and the current ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Final

from runner.core.diagnostic import Diagnostic
from runner.core.state import ObservedResource, UnmanagedResource
from runner.core.values import read_moment
from runner.kinds.network.ipam_pools import read_pools, subnets
from runner.kinds.swarm.names import fitting
from runner.kinds.swarm.network.rows import ROWS
from runner.kinds.swarm.versions import Users, Version, current_versions, labels_of
from runner.resource.census import OwnedResource, read_owned
from runner.resource.diff import diff_fields
from runner.resource.encode import read_observed
from runner.resource.field import DefaultSources
from runner.resource.labels import WORKFLOW, is_on_swarm, owned_address
from runner.resource.observation import Observation

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from runner.core.address import Address
    from runner.core.engine import Engine
    from runner.core.engine_answers import EngineJSON
    from runner.core.state import Resource
    from runner.resource.census import EngineLists
    from runner.resource.observation import ObserveContext
    from runner.resource.swarm_lists import SwarmLists

_HELP: Final = "give it another subnet: a network of a swarm is made anew beside the former one, and services move over"


def versions_of(lists: SwarmLists, workflow: str, engine: Engine) -> Iterator[Version]:
    """Yield all networks that a workflow has on the swarm."""
    for document in lists.networks:
        labels = labels_of(document)
        address = owned_address(labels, workflow)
        if address is not None and address.kind == "network" and is_on_swarm(document):
            yield Version(_read(document, address, engine), str(document.get("Created", "")))


def _read(document: EngineJSON, address: Address, engine: Engine) -> ObservedResource:
    id, name = str(document["Id"]), str(document["Name"])
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


def observe(context: ObserveContext) -> Observation:
    """Observe the workflow's networks on the swarm."""
    versions = tuple(versions_of(context.swarm, context.workflow, context.engine))
    wanted = {resource.address: resource for resource in context.wanted("network")}
    own, abandoned = current_versions(versions, Users(context.swarm), wanted, ROWS) if versions else ([], [])
    declared = [resource for resource in wanted.values() if not resource.external]
    current = {one.address: one for one in own}
    return Observation(
        own=(*own, *_external(context, wanted.values())),
        abandoned=tuple(abandoned),
        foreign=tuple(_namesakes(context, [one for one in declared if one.address not in current])),
        problems=tuple(_clashes(context, declared, current, {one.id for one in abandoned})),
    )


def _external(context: ObserveContext, wanted: Iterable[Resource]) -> Iterator[ObservedResource]:
    by_name = {str(document["Name"]): str(document["Id"]) for document in context.swarm.networks}
    for resource in wanted:
        if resource.external:
            name = resource.engine_name
            id = by_name.get(name)
            if id is not None:
                attributes = {"id": id, "name": name}
                yield ObservedResource(resource.address, id, name, attributes=attributes, owned=False)


def _namesakes(context: ObserveContext, missing: Iterable[Resource]) -> Iterator[UnmanagedResource]:
    """Yield what others have under the name of a network that is to be created."""
    names = {fitting(resource.engine_name): resource for resource in missing}
    for document in context.swarm.networks:
        resource = names.get(str(document["Name"]))
        if resource is not None:
            owner = labels_of(document).get(WORKFLOW)
            yield UnmanagedResource("network", resource.engine_name, str(document["Id"]), owner)


def _clashes(
    context: ObserveContext, declared: Iterable[Resource], current: Mapping[Address, ObservedResource], gone: set[str]
) -> Iterator[Diagnostic]:
    """Yield a problem for each network to be created whose subnet another one has: a swarm would never assign it.

    It takes the network all the same (28.5), and services on it wait for ever.
    """
    others = [document for document in context.swarm.networks if document["Id"] not in gone]
    for resource in declared:
        live, wanted = current.get(resource.address), tuple(subnets(resource.fields.get("ipam.config"), 4))
        if wanted and (live is None or diff_fields(ROWS, resource.fields, live, lambda _ref: None)):
            holder = next((one for one in others if _overlaps(one, wanted)), None)
            if holder is not None:
                message = f'{resource.address}: its subnet overlaps with that of network "{holder["Name"]}"'
                span = resource.locator.at(("ipam", "config")) if resource.locator else None
                yield Diagnostic("subnet-taken", message, span or resource.span, _HELP)


def _overlaps(document: EngineJSON, wanted: Iterable[IPv4Network | IPv6Network]) -> bool:
    held = subnets(read_pools((document.get("IPAM") or {}).get("Config")), 4)
    return any(one.overlaps(other) for one, other in product(held, wanted))


def list_owned(lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the networks of all workflows on the swarm."""
    for document in lists.swarm.networks:
        labels = labels_of(document)
        owned = read_owned("network", labels, created=read_moment(str(document.get("Created", ""))))
        if owned is not None and is_on_swarm(document):
            yield owned

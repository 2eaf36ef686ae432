"""Observe the services of a workflow: from four lists, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from runner.core.address import Address
from runner.core.state import Health, ObservedResource, UnmanagedResource
from runner.core.struct import Struct, replace
from runner.kinds.swarm.service.table import STATE_KEY, TABLE
from runner.kinds.swarm.service.tasks import Service, nodes_up, state_of
from runner.kinds.swarm.service.traits import ServiceTraits
from runner.resource.encode import read_observed
from runner.resource.field import DefaultSources, Field
from runner.resource.labels import ORCHESTRATOR, WORKFLOW, owned_address
from runner.resource.observation import Observation, ObserveContext
from runner.resource.orchestrator import SWARM

if TYPE_CHECKING:
    from runner.core.engine import Engine
    from runner.core.engine_answers import EngineJSON
    from runner.core.task import Task


class Found(Struct):
    """What there is of the services of one kind."""

    own: tuple[tuple[ObservedResource, Service], ...]
    foreign: tuple[UnmanagedResource, ...]


def observe(context: ObserveContext) -> Observation:
    """Observe the workflow's services on the swarm, and the occupants of wanted names."""
    found = observe_as("container", TABLE, context, state_of)
    return Observation(tuple(one for one, _ in found.own), foreign=found.foreign)


def observe_as(kind: str, table: tuple[Field, ...], context: ObserveContext, state: Callable[[Service], str]) -> Found:
    """Observe the services of a kind; `state` says in a word how one is."""
    own: list[tuple[ObservedResource, Service]] = []
    foreign: list[UnmanagedResource] = []
    wanted = {resource.engine_name: resource.address for resource in context.wanted(kind)}
    reader = _Reader(context, table, state)
    lists = context.swarm
    for document in lists.services:
        spec = document["Spec"]
        labels, name = spec.get("Labels") or {}, spec["Name"]
        address = owned_address(labels, context.workflow) if labels.get(ORCHESTRATOR) == SWARM else None
        if address is not None and address.kind == kind:
            own.append(reader.read(document, address, labels))
        elif address is None and name in wanted:
            live = replace(reader.read(document, wanted[name], {})[0], owned=False)
            foreign.append(UnmanagedResource(kind, name, document["ID"], labels.get(WORKFLOW), live))
    return Found(tuple(own), tuple(foreign))


class _Reader:
    def __init__(self, context: ObserveContext, table: tuple[Field, ...], state: Callable[[Service], str]) -> None:
        self._context = context
        self._table = table
        self._state = state

    def read(
        self, document: EngineJSON, address: Address, labels: Mapping[str, str]
    ) -> tuple[ObservedResource, Service]:
        lists = self._context.swarm
        networks = {network["Id"]: network["Name"] for network in lists.networks}
        tasks = tuple(lists.tasks.get(document["ID"], ()))
        service = Service(document, tasks, nodes_up(lists.nodes.values()))
        state = self._state(service)
        found = read_service(service, address, labels, networks, self._context.engine, table=self._table, state=state)
        return found, service


def read_service(
    service: Service,
    address: Address,
    labels: Mapping[str, str],
    networks: Mapping[str, str],
    engine: Engine,
    *,
    table: tuple[Field, ...],
    state: str,
) -> ObservedResource:
    """Read a service by a table; `networks` are the names of networks by id."""
    document = service.document
    return read_observed(
        table,
        {**with_names(document["Spec"], networks), STATE_KEY: state},
        address=address,
        id=document["ID"],
        name=document["Spec"]["Name"],
        labels=labels,
        layers=DefaultSources({}, engine),
        traits=ServiceTraits(spec=document["Spec"], version=document["Version"]["Index"]),
        health=Health(state, since=document.get("UpdatedAt")),
    )


def with_names(spec: Mapping[str, Any], networks: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a spec that has the names of its networks, as the file has them, in place of their ids."""
    template = spec["TaskTemplate"]
    joined = template.get("Networks") or spec.get("Networks") or ()
    named = [{**one, "Target": networks.get(one["Target"], one["Target"])} for one in joined]
    return {**spec, "TaskTemplate": {**template, "Networks": named}}


def read_again(task: Task, live: ObservedResource) -> ObservedResource:
    """Read a service anew, as it is by now."""
    gateway = task.gateway
    document = gateway.swarm.services.inspect(live.id)
    networks = {network["Id"]: network["Name"] for network in gateway.networks.list()}
    tasks = tuple(one for one in gateway.swarm.tasks.list() if one["ServiceID"] == live.id)
    service = Service(document, tasks, nodes_up(gateway.swarm.nodes.list()))
    labels = document["Spec"].get("Labels") or {}
    return read_service(service, live.address, labels, networks, task.engine, table=TABLE, state=state_of(service))

"""Observe the services of a workflow: from four lists, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.state import ObservedResource, UnmanagedResource
from runner.core.struct import Struct, replace
from runner.kinds.container.in_service.network import with_network_names
from runner.kinds.swarm.service.good_spec import half_rolled, left_records
from runner.kinds.swarm.service.health import health_of
from runner.kinds.swarm.service.table import STATE_KEY, TABLE
from runner.kinds.swarm.service.tasks import Service, nodes_up, state_of
from runner.kinds.swarm.service.traits import ServiceTraits
from runner.resource.encode import read_observed
from runner.resource.field import DefaultSources, Field
from runner.resource.labels import ORCHESTRATOR, WORKFLOW, owned_address
from runner.resource.observation import Observation, ObserveContext
from runner.resource.orchestrator_names import SWARM
from runner.resource.swarm_lists import network_names

if TYPE_CHECKING:
    from runner.core.engine import Engine
    from runner.core.engine_answers import EngineJSON
    from runner.core.task import Task


class ServiceKind(Struct):
    """What services of a kind are read by; `state` says in a word how one is."""

    name: str
    table: tuple[Field, ...]
    state: Callable[[Service], str]


class Found(Struct):
    """What there is of the services of one kind."""

    own: tuple[tuple[ObservedResource, Service], ...]
    foreign: tuple[UnmanagedResource, ...]


_CONTAINERS = ServiceKind("container", TABLE, state_of)


def observe(context: ObserveContext) -> Observation:
    """Observe the workflow's services on the swarm, and the occupants of wanted names."""
    found, nodes = observe_as(_CONTAINERS, context), context.swarm.nodes
    own = tuple(replace(live, health=health_of(service, nodes)) for live, service in found.own)
    left = left_records(context.swarm.configs, context.swarm.services, context.workflow)
    return Observation(own, tuple(left), found.foreign)


def observe_as(kind: ServiceKind, context: ObserveContext) -> Found:
    """Observe the services of a kind."""
    own: list[tuple[ObservedResource, Service]] = []
    foreign: list[UnmanagedResource] = []
    wanted = {resource.engine_name: resource.address for resource in context.wanted(kind.name)}
    reader = _Reader(context, kind)
    for document in context.swarm.services:
        spec = document["Spec"]
        labels, name = spec.get("Labels") or {}, spec["Name"]
        address = owned_address(labels, context.workflow) if labels.get(ORCHESTRATOR) == SWARM else None
        if address is not None and address.kind == kind.name:
            own.append(reader.read(document, address, labels))
        elif address is None and name in wanted:
            live = replace(reader.read(document, wanted[name], {})[0], owned=False)
            foreign.append(UnmanagedResource(kind.name, name, document["ID"], labels.get(WORKFLOW), live))
    return Found(tuple(own), tuple(foreign))


class _Reader:
    def __init__(self, context: ObserveContext, kind: ServiceKind) -> None:
        self._context = context
        self._kind = kind
        self._half_rolled = half_rolled(context.swarm.configs)

    def read(
        self, document: EngineJSON, address: Address, labels: Mapping[str, str]
    ) -> tuple[ObservedResource, Service]:
        lists = self._context.swarm
        tasks = tuple(lists.tasks.get(document["ID"], ()))
        is_half_rolled = document["ID"] in self._half_rolled
        service = Service(document, tasks, nodes_up(lists.nodes.values()), is_half_rolled)
        state, networks = self._kind.state(service), lists.network_names
        return _read(self._kind.table, service, state, address, labels, networks, self._context.engine), service


def _read(
    table: tuple[Field, ...],
    service: Service,
    state: str,
    address: Address,
    labels: Mapping[str, str],
    networks: Mapping[str, str],
    engine: Engine,
) -> ObservedResource:
    """Read a service by the table of its kind; `networks` are the names of networks by id."""
    document = service.document
    return read_observed(
        table,
        {**with_network_names(document["Spec"], networks), STATE_KEY: state},
        address=address,
        id=document["ID"],
        name=document["Spec"]["Name"],
        labels=labels,
        layers=DefaultSources({}, engine),
        traits=ServiceTraits(spec=document["Spec"], version=document["Version"]["Index"]),
    )


def read_again(task: Task, live: ObservedResource) -> ObservedResource:
    """Read a service anew, as it is by now; its state is that of the plan."""
    gateway = task.gateway
    document = gateway.swarm.services.inspect(live.id)
    networks = network_names(gateway, [document])
    tasks = tuple(gateway.swarm.tasks.of_service(live.id))
    service = Service(document, tasks, nodes_up(gateway.swarm.nodes.list()))
    labels, state = document["Spec"].get("Labels") or {}, str(live.fields["state"])
    return _read(TABLE, service, state, live.address, labels, networks, task.engine)

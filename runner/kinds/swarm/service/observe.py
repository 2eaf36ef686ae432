"""Observe the services of a workflow: from four lists, whatever their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.state import Health, ObservedResource, UnmanagedResource
from runner.core.struct import replace
from runner.kinds.container.in_service.network import with_network_names
from runner.kinds.swarm.service.good_spec import half_rolled, left_records
from runner.kinds.swarm.service.table import STATE_KEY, TABLE
from runner.kinds.swarm.service.tasks import Service, nodes_up, state_of
from runner.kinds.swarm.service.traits import ServiceTraits
from runner.resource.encode import read_observed
from runner.resource.field import DefaultSources
from runner.resource.labels import ORCHESTRATOR, WORKFLOW, owned_address
from runner.resource.observation import Observation, ObserveContext
from runner.resource.orchestrator import SWARM
from runner.resource.swarm_lists import network_names

if TYPE_CHECKING:
    from runner.core.engine import Engine
    from runner.core.engine_answers import EngineJSON
    from runner.core.task import Task


def observe(context: ObserveContext) -> Observation:
    """Observe the workflow's services on the swarm, and the occupants of wanted names."""
    lists, own, foreign = context.swarm, [], []
    wanted = {resource.engine_name: resource.address for resource in context.wanted("container")}
    reader = _Reader(context)
    for document in lists.services:
        spec = document["Spec"]
        labels, name = spec.get("Labels") or {}, spec["Name"]
        address = owned_address(labels, context.workflow) if labels.get(ORCHESTRATOR) == SWARM else None
        if address is not None and address.kind == "container":
            own.append(reader.read(document, address, labels))
        elif address is None and name in wanted:
            live = replace(reader.read(document, wanted[name], {}), owned=False)
            foreign.append(UnmanagedResource("container", name, document["ID"], labels.get(WORKFLOW), live))
    left = left_records(lists.configs, lists.services, context.workflow)
    return Observation(tuple(own), tuple(left), tuple(foreign))


class _Reader:
    def __init__(self, context: ObserveContext) -> None:
        self._context = context
        self._half_rolled = half_rolled(context.swarm.configs)

    def read(self, document: EngineJSON, address: Address, labels: Mapping[str, str]) -> ObservedResource:
        lists = self._context.swarm
        tasks = tuple(lists.tasks.get(document["ID"], ()))
        service = Service(document, tasks, nodes_up(lists.nodes.values()))
        state = state_of(service, half_rolled=document["ID"] in self._half_rolled)
        return read_service(service, state, address, labels, lists.network_names, self._context.engine)


def read_service(
    service: Service,
    state: str,
    address: Address,
    labels: Mapping[str, str],
    networks: Mapping[str, str],
    engine: Engine,
) -> ObservedResource:
    """Read a service by the table; `networks` are the names of networks by id."""
    document = service.document
    return read_observed(
        TABLE,
        {**with_network_names(document["Spec"], networks), STATE_KEY: state},
        address=address,
        id=document["ID"],
        name=document["Spec"]["Name"],
        labels=labels,
        layers=DefaultSources({}, engine),
        traits=ServiceTraits(spec=document["Spec"], version=document["Version"]["Index"]),
        health=Health(state, since=document.get("UpdatedAt")),
    )


def read_again(task: Task, live: ObservedResource) -> ObservedResource:
    """Read a service anew, as it is by now; its state is that of the plan."""
    gateway = task.gateway
    document = gateway.swarm.services.inspect(live.id)
    networks = network_names(gateway, [document])
    tasks = tuple(one for one in gateway.swarm.tasks.list() if one["ServiceID"] == live.id)
    service = Service(document, tasks, nodes_up(gateway.swarm.nodes.list()))
    labels, state = document["Spec"].get("Labels") or {}, str(live.fields["state"])
    return read_service(service, state, live.address, labels, networks, task.engine)

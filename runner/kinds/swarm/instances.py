"""The containers of a workflow on a swarm: those of its services' tasks, on whatever node."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from runner.core.address import Address
from runner.core.errors import ProgramNotRun
from runner.core.exec_session import NOT_RUN
from runner.core.struct import replace
from runner.kinds.swarm.service.health import Nodes, name_of
from runner.resource.instance import Instance
from runner.resource.labels import SENSITIVE, owned_address
from runner.resource.swarm_lists import SwarmLists

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON, TimestampedLine
    from runner.core.exec_session import ExecSession, Program
    from runner.core.gateway import Gateway

_POLL: Final = 0.5
"""Seconds between two looks at the tasks, whose states aren't told by events."""


class SwarmInstances:
    """See `resource.instance.Instances`."""

    def __init__(self, gateway: Gateway, workflow: str) -> None:
        self._gateway = gateway
        self._workflow = workflow

    def list(self) -> list[Instance]:
        """Return those of all tasks that the swarm remembers, also of failed ones."""
        self._gateway.swarm.require()
        lists, here = SwarmLists(self._gateway), self._gateway.swarm.state().node_id
        found = (
            _instance(task, address, service, lists.nodes, here)
            for service in lists.services
            if (address := owned_address(_labels(service), self._workflow)) is not None
            for task in lists.tasks.get(service["ID"], ())
        )
        return sorted(found)

    def starts(self) -> Iterator[Instance]:
        """Yield each by looking again and again."""
        known = {one.id for one in self.list() if one.has_log}
        return self._started(known)

    def _started(self, known: set[str]) -> Iterator[Instance]:
        while True:
            time.sleep(_POLL)
            for one in self.list():
                if one.has_log and one.id not in known:
                    known.add(one.id)
                    yield one

    def log_lines(
        self,
        id: str,
        *,
        follow: bool = False,
        since: int | None = None,
        until: int | None = None,
        tail: int | None = None,
    ) -> Iterator[TimestampedLine]:
        """Yield the lines of the log of one, which the manager gets from its node."""
        return self._gateway.swarm.tasks.log_lines(id, follow=follow, since=since, until=until, tail=tail)

    def open_exec(self, instance: Instance, program: Program) -> ExecSession:
        """Start a program in one that is on the node of this engine."""
        task = next((one for one in self._gateway.swarm.tasks.list() if one["ID"] == instance.id), None)
        if task is None:
            raise ProgramNotRun(f"{instance.address} is gone meanwhile", NOT_RUN, help="try again")
        if task.get("NodeID") != self._gateway.swarm.state().node_id:
            message = f"{instance.address} runs on {instance.node}, and this engine reaches only its own containers"
            help = f"ask the engine there: docker -H ssh://{instance.node} exec -it {instance.name} COMMAND"
            raise ProgramNotRun(message, NOT_RUN, help=help)
        return self._gateway.containers.open_exec(_container(task), program)


def _instance(task: EngineJSON, address: Address, service: EngineJSON, nodes: Nodes, here: str) -> Instance:
    slot = int(task.get("Slot") or 0)
    is_job = address.kind == "job"  # its slots begin with 0
    return Instance(
        replace(address, index=slot + 1 if is_job else slot or 1),
        task["ID"],
        f"{service['Spec']['Name']}.{slot or task.get('NodeID')}.{task['ID']}",
        str(task["Status"]["State"]),
        node=name_of(nodes, str(task.get("NodeID"))),
        is_passing=task.get("DesiredState") not in ("running", "complete"),
        knows_secrets=_labels(service).get(SENSITIVE, "[]") != "[]",
        is_elsewhere=(task.get("NodeID"), task["Status"]["State"]) != (here, "running"),
        has_log=bool(_container(task)),
    )


def _container(task: EngineJSON) -> str:
    return str((task["Status"].get("ContainerStatus") or {}).get("ContainerID") or "")


def _labels(service: EngineJSON) -> Mapping[str, str]:
    return service["Spec"].get("Labels") or {}

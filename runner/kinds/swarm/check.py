"""Checks of a workflow on a swarm: services are probed where their ports are published, on whatever node."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from runner.core.errors import StepFailed
from runner.kinds.check import CheckSettings, not_running
from runner.kinds.check import run_check as run_check_of_engine
from runner.kinds.probing.probe import Exec, ProbeTarget
from runner.kinds.probing.run import run_probe
from runner.kinds.swarm.service.tasks import Service, nodes_up
from runner.kinds.swarm.service.verbs.ready import ask_service

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.state import Resource

_ON_THIS_NODE: Final = "place it on this node, or check a port that it publishes"


def run_check(gateway: Gateway, check: Resource) -> None:
    """Probe once; ProbeFailed if the check doesn't hold yet, StepFailed if waiting can't change that."""
    settings = check.settings_as(CheckSettings)
    if settings.container is None:
        run_check_of_engine(gateway, check)
        return
    service = _service(gateway, settings.container)
    if not service.running:
        raise not_running(settings.container, may_come_back=service.wanted > 0)
    if isinstance(settings.probe, Exec):
        run_probe(settings.probe, _here(gateway, settings.container, service))
    else:
        ask_service(settings.probe, gateway, service)


def _service(gateway: Gateway, name: str) -> Service:
    gateway.swarm.require()
    now, swarm = time.monotonic(), gateway.swarm
    document = next((one for one in swarm.services.list(since=now) if one["Spec"]["Name"] == name), None)
    if document is None:
        raise StepFailed(f"{name} does not exist", help="start it with: runner apply", code="not-on-engine")
    tasks = tuple(swarm.tasks.of_service(document["ID"], since=now))
    return Service(document, tasks, nodes_up(swarm.nodes.list(since=now)))


def _here(gateway: Gateway, name: str, service: Service) -> ProbeTarget:
    """Return a container of the service that this engine has, as programs run in no other."""
    node = gateway.swarm.state().node_id
    task = next((one for one in service.running if one["NodeID"] == node), None)
    if task is None:
        message = f"no program can be run in {name}: it runs on other nodes"
        raise StepFailed(message, help=_ON_THIS_NODE, code="cannot-probe")
    return ProbeTarget(gateway, gateway.containers.inspect(task["Status"]["ContainerStatus"]["ContainerID"]))

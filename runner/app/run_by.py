"""What runs a workflow that is given by its name alone: found by what there is of it on the engine and on its swarm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runner.app.workflow_name import is_name
from runner.core.errors import UsageError
from runner.core.struct import replace
from runner.resource.labels import ORCHESTRATOR, WORKFLOW
from runner.resource.orchestrator_names import DOCKER, SWARM

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.core.gateway import Gateway
    from runner.core.swarm import SwarmState


def with_orchestrator(workflow: LoadedWorkflow, gateway: Gateway) -> LoadedWorkflow:
    """Return a workflow with what runs it, which its file tells and its name alone doesn't; errors as in `run_by`."""
    if not is_name(workflow.file):
        return workflow
    found = run_by(gateway, workflow.desired.workflow, workflow.engine)
    return replace(workflow, desired=replace(workflow.desired, orchestrator=found))


def run_by(gateway: Gateway, workflow: str, told: str | None) -> str:
    """Return what runs a workflow: what was `told`, else what has something of it; an engine where nothing has.

    UsageError where both have; EngineError where the engine has nothing, and its swarm can't be asked.
    """
    if told is not None:
        return told
    state = gateway.swarm.state()
    if not _may_have_services(state):
        return DOCKER
    on_engine = any(labels.get(WORKFLOW) == workflow for labels in _engine_labels(gateway))
    if on_engine and (not state.is_manager or state.error):
        return DOCKER
    gateway.swarm.require()
    on_swarm = any(labels.get(WORKFLOW) == workflow for labels in _swarm_labels(gateway))
    if on_engine and on_swarm:
        message = f"there are two workflows called {workflow}: one on this engine alone, and one on its swarm"
        raise UsageError(message, help="say which one: --engine docker, or --engine swarm")
    return SWARM if on_swarm else DOCKER


def _may_have_services(state: SwarmState) -> bool:
    """Return whether an engine manages a swarm, even if that can't be used now; a locked one can't tell."""
    return state.is_manager or state.local_state == "locked"


def _engine_labels(gateway: Gateway) -> Iterator[Mapping[str, str]]:
    """Yield the labels of what the engine has besides that of its swarm."""
    for one in (*gateway.containers.list(), *gateway.volumes.list(), *gateway.networks.list()):
        labels = one.get("Labels") or {}
        if ORCHESTRATOR not in labels:
            yield labels


def _swarm_labels(gateway: Gateway) -> Iterator[Mapping[str, str]]:
    swarm = gateway.swarm
    for one in (*swarm.services.list(), *swarm.secrets.list(), *swarm.configs.list()):
        yield one["Spec"].get("Labels") or {}
    for one in gateway.networks.list():
        labels = one.get("Labels") or {}
        if ORCHESTRATOR in labels:
            yield labels

"""Plan and carry out the removal of a workflow's resources."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from runner.app.apply import apply
from runner.app.engine_connection import EngineOptions
from runner.app.file_origin import origin_of
from runner.app.former_secrets import learn_former
from runner.app.request import RunRequest
from runner.app.workflow_name import is_name
from runner.core.errors import UsageError
from runner.core.exit_code import ExitCode
from runner.core.plan import Plan
from runner.core.struct import replace

if TYPE_CHECKING:
    from runner.app.frontend import Frontend
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway


def plan_destroy(workflow: LoadedWorkflow, gateway: Gateway, spared: Collection[str] = ("volume", "image")) -> Plan:
    """Plan the removal of everything that a workflow owns, dependents first, except for the `spared` kinds.

    A workflow given by name has no file: everything with that name is included.
    """
    from runner.app.observing import observe_workflow
    from runner.kinds import orchestrator
    from runner.plan.removal import make_destroy_plan

    name, runs_it = workflow.desired.workflow, workflow.desired.orchestrator
    desired = workflow.desired if workflow.desired.resources else None
    if "volume" not in spared:
        _refuse_volumes_elsewhere(gateway, name, runs_it)
    observed = observe_workflow(gateway, name, desired, runs_it)
    learn_former(workflow.redactor, observed, desired)
    plan = make_destroy_plan(name, observed, orchestrator(runs_it).catalog, frozenset(spared), desired)
    return replace(plan, file="" if is_name(workflow.file) else origin_of(workflow.file, workflow.redactor))


def _refuse_volumes_elsewhere(gateway: Gateway, workflow: str, run_by: str) -> None:
    """Raise UsageError if the workflow has volumes that can't be removed through this engine."""
    from runner.kinds import orchestrator

    find = orchestrator(run_by).volumes_elsewhere
    if find and (found := find(gateway, workflow)):
        nodes = ", ".join(sorted(frozenset().union(*found.values()))) or "each node"
        message = f"volumes of {workflow} lie on nodes of the swarm, where no manager can remove them"
        help = f"leave --volumes out, then on {nodes}: docker volume rm {' '.join(sorted(found))}"
        raise UsageError(message, help=help, code="swarm-cannot")


def destroy_workflow(
    workflow: LoadedWorkflow,
    gateway: Gateway,
    workspace: Workspace,
    frontend: Frontend,
    spared: Collection[str] = ("volume", "image"),
    *,
    engine: EngineOptions | None = None,
    lock_timeout: float = 0.0,
    message: str | None = None,
) -> ExitCode:
    """Remove everything that a workflow owns, and return the exit code; errors as in `apply_workflow`."""

    def replan() -> Plan:
        return plan_destroy(workflow, gateway, spared)

    request = RunRequest(
        command="destroy",
        workflow=workflow,
        gateway=gateway,
        workspace=workspace,
        plan=replan(),
        replan=replan,
        engine=engine or EngineOptions(),
        lock_timeout=lock_timeout,
        message=message,
        is_repeatable=False,
    )
    return apply(request, frontend)

"""Run the checks of a workflow without changing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.request import RunRequest
from runner.core.errors import UsageError
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.app.engine_connection import EngineOptions
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway


def require_checks(workflow: LoadedWorkflow) -> None:
    """Raise UsageError if the workflow declares no checks."""
    if not workflow.desired.checks:
        raise UsageError(f"{workflow.file} declares no checks", code="no-checks")


def checks_request(
    workflow: LoadedWorkflow, gateway: Gateway, workspace: Workspace, engine: EngineOptions
) -> RunRequest:
    """Return the request for a run of all checks."""
    desired = workflow.desired
    plan = Plan(desired.workflow, gateway.engine(), (), checks=desired.checks)
    return RunRequest(
        command="check",
        workflow=workflow,
        gateway=gateway,
        workspace=workspace,
        plan=plan,
        replan=lambda: plan,
        engine=engine,
        is_repeatable=False,
    )

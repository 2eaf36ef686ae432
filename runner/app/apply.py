"""Apply a plan: show it, have it approved, carry it out and record it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.engine_connection import EngineOptions
from runner.app.planning import PlanOptions, explained, plan_against_engine, prepare
from runner.app.request import RunRequest
from runner.app.stale_locks import clear_stale_locks
from runner.core.exit_code import ExitCode
from runner.core.plan import Plan
from runner.core.struct import replace
from runner.kinds.container.options.lifecycle import COMPLETED

if TYPE_CHECKING:
    from runner.app.frontend import Frontend
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway


def apply(request: RunRequest, frontend: Frontend) -> ExitCode:
    """Show the plan of a request, have it approved, carry it out, and return the exit code.

    A plan with problems is not carried out. Without pending changes, the locks of dead runs are cleared.
    """
    plan = explained(request.plan, request.workflow.desired.orchestrator, request.gateway, request.workspace)
    request = replace(request, plan=plan)
    runs = not plan.problems and bool(plan.pending or plan.checks or frontend.wants_events)
    frontend.show_plan(plan, warn=not runs)
    if plan.problems:
        return ExitCode.FAILED
    if any(change.observed and change.observed.fields.get("state") == COMPLETED for change in plan.changes):
        from runner.app.completions import record_completions

        record_completions(plan, request.gateway)
    if not plan.pending:
        clear_stale_locks(request)
    if not runs:
        return ExitCode.OK
    from runner.app.approval import approve
    from runner.app.run import run_plan

    return run_plan(request, frontend, approve(request, frontend))


def apply_workflow(
    workflow: LoadedWorkflow,
    gateway: Gateway,
    workspace: Workspace,
    frontend: Frontend,
    options: PlanOptions | None = None,
    *,
    engine: EngineOptions | None = None,
    lock_timeout: float = 0.0,
    message: str | None = None,
) -> ExitCode:
    """Plan a workflow against an engine, have the plan approved, carry it out, and return the exit code.

    `lock_timeout` is in seconds. Raises InvalidInput if the workflow doesn't match the options, EngineError if the
    engine fails before the run starts; failures during the run are reported as events and by the exit code.
    """
    prepared = prepare(workflow, gateway, workspace, options)

    def replan() -> Plan:
        return plan_against_engine(prepared, gateway)

    request = RunRequest(
        command="apply",
        workflow=prepared.workflow,
        gateway=gateway,
        workspace=workspace,
        plan=replan(),
        replan=replan,
        engine=engine or EngineOptions(),
        lock_timeout=lock_timeout,
        targets=prepared.options.targets,
        message=message,
    )
    return apply(request, frontend)

"""runner apply: make the engine match the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.apply import apply
from runner.app.plan_file_format import is_plan_file
from runner.app.planning import PlanOptions, plan_against_engine, prepare
from runner.app.request import RunRequest
from runner.app.source import Source
from runner.cli.console import Console
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext
from runner.core.plan import Plan
from runner.core.struct import replace

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.plan_file import SavedPlan


def run(
    source: Source,
    context: CommandContext,
    yes: bool,
    atomic: bool,
    locked: bool,
    rebuild: bool,
    adopt: bool,
    targets: tuple[str, ...],
    lock_timeout: float,
    message: str | None,
) -> int:
    """Plan and carry out the plan, or a saved one."""
    workflow, saved, options = _read(source, context, PlanOptions(locked, rebuild, adopt, targets))
    if atomic:
        workflow = replace(workflow, desired=replace(workflow.desired, atomic=True))
        saved = saved and replace(saved, atomic=True)
    with context.engine() as gateway:
        prepared = prepare(workflow, gateway, context.workspace, options)

        def replan() -> Plan:
            plan = plan_against_engine(prepared, gateway)
            return saved.checked(plan, prepared.workflow, gateway.address) if saved else plan

        request = RunRequest(
            command="apply",
            workflow=prepared.workflow,
            gateway=gateway,
            workspace=context.workspace,
            plan=replan(),
            replan=replan,
            engine=context.engine_options,
            lock_timeout=lock_timeout,
            targets=options.targets,
            message=message,
        )
        return apply(request, Console(context, prepared.workflow, gateway.address, source, approves_all=yes))


def _read(
    source: Source, context: CommandContext, options: PlanOptions
) -> tuple[LoadedWorkflow, SavedPlan | None, PlanOptions]:
    """Load a workflow, or that of a saved plan with its saved options; a usage error if `options` are given too."""
    if not is_plan_file(source.file):
        return context.load(source), None, options
    from runner.app.plan_file import read_saved

    saved = read_saved(source.file, context.workspace)
    if options != PlanOptions():
        raise Misuse("apply", "a saved plan already fixes --adopt, --target, --rebuild and --locked")
    return context.watch(saved.load(source, context.workspace)), saved, saved.options

"""runner plan: what apply would do, and why."""

from __future__ import annotations

from runner.app.planning import PlanOptions, plan_to_show, prepare
from runner.app.source import Source
from runner.cli.plan_output import show_plan
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext
from runner.core.exit_code import ExitCode


def run(
    source: Source,
    context: CommandContext,
    detailed_exitcode: bool,
    out: str | None,
    locked: bool,
    rebuild: bool,
    adopt: bool,
    targets: tuple[str, ...],
) -> int:
    """Plan, print the plan, and save it if asked to."""
    workflow = context.load(source)
    if out is not None and workflow.bundle:
        raise Misuse("plan", "a plan for a bundle cannot be saved; apply the bundle instead")
    with context.engine() as gateway:
        prepared = prepare(workflow, gateway, context.workspace, PlanOptions(locked, rebuild, adopt, targets))
        plan = plan_to_show(prepared, gateway, context.workspace)
        show_plan(context, prepared.workflow, plan, gateway.address)
    if plan.problems:
        return ExitCode.FAILED
    if out is not None:
        from runner.app.plan_file import save

        save(out, plan, prepared, source, gateway.address)
    return ExitCode.CHANGES_PENDING if detailed_exitcode and plan.pending else ExitCode.OK

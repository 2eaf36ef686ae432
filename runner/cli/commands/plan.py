"""runner plan: what apply would do, and why."""

from __future__ import annotations

import click

from runner.app.planning import PlanOptions, plan_against_engine, prepare, with_moved_tags
from runner.app.source import Source
from runner.cli.options import (
    adopt_option,
    locked_option,
    rebuild_option,
    shared_options,
    source_options,
    target_option,
    verbose_option,
)
from runner.cli.plan_output import show_plan
from runner.cli.session import CommandContext
from runner.core.exit_code import ExitCode


@click.command("plan")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with code 10 if there are changes.")
@click.option("--out", metavar="PATH", help="Save the plan for runner apply PATH.")
@locked_option
@rebuild_option
@adopt_option
@target_option
@verbose_option
@shared_options
@source_options
def command(
    source: Source,
    context: CommandContext,
    detailed_exitcode: bool,
    out: str | None,
    locked: bool,
    rebuild: bool,
    adopt: bool,
    targets: tuple[str, ...],
) -> int:
    """Show what apply would change on the engine, field by field, and why. Changes nothing."""
    workflow = context.load(source)
    if out is not None and workflow.bundle:
        raise click.UsageError("a plan for a bundle cannot be saved; apply the bundle instead")
    with context.engine() as gateway:
        prepared = prepare(workflow, gateway, context.workspace, PlanOptions(locked, rebuild, adopt, targets))
        plan = with_moved_tags(prepared, plan_against_engine(prepared, gateway), gateway)
        show_plan(context, prepared.workflow, plan, gateway.address)
    if plan.problems:
        return ExitCode.FAILED
    if out is not None:
        from runner.app.plan_file import save

        save(out, plan, prepared, source, gateway.address)
    return ExitCode.CHANGES_PENDING if detailed_exitcode and plan.pending else ExitCode.OK

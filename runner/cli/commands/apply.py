"""runner apply: make the engine match the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from runner.app.apply import apply
from runner.app.load import Source
from runner.app.plan_file_format import is_plan_file
from runner.app.planning import PlanOptions, plan_against_engine, prepare
from runner.app.request import RunRequest
from runner.cli.console import Console
from runner.cli.options import (
    adopt_option,
    lock_option,
    locked_option,
    log_options,
    rebuild_option,
    shared_options,
    source_options,
    target_option,
    verbose_option,
)
from runner.cli.session import CommandContext
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.app.load import LoadedWorkflow
    from runner.app.plan_file import SavedPlan


@click.command("apply")
@click.option("--yes", "-y", is_flag=True, help="Go on even if data or what another file made is destroyed.")
@click.option("--atomic", is_flag=True, help="If anything fails, undo all that was done; as on_failure: rollback.")
@locked_option
@rebuild_option
@adopt_option
@target_option
@lock_option
@log_options
@verbose_option
@shared_options
@source_options
def command(
    source: Source,
    context: CommandContext,
    yes: bool,
    atomic: bool,
    locked: bool,
    rebuild: bool,
    adopt: bool,
    targets: tuple[str, ...],
    lock_timeout: float,
) -> int:
    """Make the engine match FILE (workflow.yaml), and wait until everything works.

    FILE may be a plan that was saved with runner plan --out: it is refused if anything has changed since. Or it is a
    bundle of runner bundle, whose images are loaded where they are missing.
    """
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
            runs_always=context.wants_events,
        )
        return apply(request, Console(context, prepared.workflow, gateway.address, approves_all=yes))


def _read(
    source: Source, context: CommandContext, options: PlanOptions
) -> tuple[LoadedWorkflow, SavedPlan | None, PlanOptions]:
    """Load a workflow, or the one that a saved plan was made of, with the options that it was made with."""
    if not is_plan_file(source.file):
        return context.load(source), None, options
    from runner.app.plan_file import read_saved

    saved = read_saved(source.file, context.workspace)
    if options != PlanOptions():
        raise click.UsageError("a saved plan says by itself what it adopts, targets and rebuilds, and if it is locked")
    return context.watch(saved.load(source, context.workspace)), saved, saved.options

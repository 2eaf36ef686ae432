"""runner status: desired and live state."""

from __future__ import annotations

import click

from runner.app.planning import plan_against_engine, prepare
from runner.app.source import Source
from runner.app.status import status_rows
from runner.cli.options import shared_options, source_options
from runner.cli.session import CommandContext


@click.command("status")
@shared_options
@source_options
def command(source: Source, context: CommandContext) -> None:
    """Show each resource of FILE (workflow.yaml): whether it matches the file, and its health."""
    from runner.views.status import status_json, status_lines

    workflow = context.load(source)
    with context.engine() as gateway:
        prepared = prepare(workflow, gateway, context.workspace)
        plan = workflow.redactor.plan(plan_against_engine(prepared, gateway))
    rows = status_rows(plan)
    if context.output == "json":
        context.print_json(status_json(plan.workflow, rows, plan.problems, plan.warnings))
    else:
        context.writer().write(status_lines(rows, context.width))
        if found := [*plan.problems, *plan.warnings]:
            context.report(found, workflow.sources)

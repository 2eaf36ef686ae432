"""runner status: desired and live state."""

from __future__ import annotations

from runner.app.planning import plan_against_engine, prepare
from runner.app.source import Source
from runner.app.status import status_rows
from runner.cli.session import CommandContext


def run(source: Source, context: CommandContext) -> None:
    """Compare and print one line for each resource."""
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

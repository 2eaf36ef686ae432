"""runner status: desired and live state."""

from __future__ import annotations

from runner.app.source import Source
from runner.app.status import WorkflowStatus, workflow_status
from runner.cli.session import CommandContext


def run(source: Source, context: CommandContext, watch: bool) -> None:
    """Compare and print the table; with `watch`, again after each change."""
    if watch:
        from runner.cli.status_watch import watch as watch_status

        watch_status(source, context)
    workflow = context.load(source)
    with context.engine() as gateway:
        status = workflow_status(workflow, gateway, context.workspace)
    _print(status, context)


def _print(status: WorkflowStatus, context: CommandContext) -> None:
    if context.output == "json":
        from runner.views.status_json import status_json

        context.print_json(status_json(status.workflow, status.rows, status.problems, status.warnings))
        return
    from runner.views.status import status_lines

    context.writer().write(status_lines(status.rows, context.width, verbose=context.options.verbose))
    if found := [*status.problems, *status.warnings]:
        context.report(found, status.sources)

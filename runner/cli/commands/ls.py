"""runner ls: the workflows of an engine."""

from __future__ import annotations

from datetime import UTC, datetime

from runner.app.workflows import list_workflows
from runner.cli.session import CommandContext


def run(context: CommandContext) -> None:
    """Print one line for each workflow."""
    from runner.views.workflows import workflow_lines, workflows_json

    with context.engine() as gateway:
        rows, engine = list_workflows(gateway, context.workspace), gateway.address
    if context.output == "json":
        context.print_json(workflows_json(rows, engine))
    else:
        context.writer().write(workflow_lines(rows, engine, datetime.now(UTC), context.width))

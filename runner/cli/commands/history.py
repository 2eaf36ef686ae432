"""runner history: past runs of a workflow, from the records on this client."""

from __future__ import annotations

import click

from runner.app.past_runs import past_runs
from runner.app.source import DEFAULT_FILE
from runner.app.workflow_name import workflow_name
from runner.cli.echo import echo_line
from runner.cli.options import shared_options
from runner.cli.session import CommandContext


@click.command("history")
@click.option("-n", "--number", type=click.IntRange(1), default=20, show_default=True, help="Number of runs to show.")
@shared_options
@click.argument("file", default=DEFAULT_FILE)
def command(file: str, context: CommandContext, number: int) -> None:
    """Show past runs of FILE (workflow.yaml), newest first: who ran them, when, and with what result.

    FILE may also be the workflow's name. Recorded are the runs from this client that changed
    something or tried to, and those with failed checks.
    """
    from runner.views.history import RunRow, history_json, history_lines

    workflow = workflow_name(file, context.workspace)
    rows = [RunRow(run.id, run.began, run.start, run.ending) for run in past_runs(workflow, context.workspace)[:number]]
    if context.output == "json":
        context.print_json(history_json(workflow, rows))
    elif rows:
        context.writer().write(history_lines(rows))
    else:
        echo_line(f"no runs of {workflow} recorded here")

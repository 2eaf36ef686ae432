"""runner history: past runs of a workflow, from the records on this client."""

from __future__ import annotations

from runner.app.past_runs import past_runs
from runner.app.workflow_name import workflow_name
from runner.cli.echo import echo_line
from runner.cli.session import CommandContext


def run(file: str, context: CommandContext, number: int) -> None:
    """Print one line for each run."""
    from runner.views.history import RunRow, history_json, history_lines

    workflow = workflow_name(file, context.workspace)
    rows = [RunRow(run.id, run.began, run.start, run.ending) for run in past_runs(workflow, context.workspace)[:number]]
    if context.output == "json":
        context.print_json(history_json(workflow, rows))
    elif rows:
        context.writer().write(history_lines(rows))
    else:
        echo_line(f"no runs of {workflow} recorded here")

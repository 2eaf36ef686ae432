"""runner history: past runs of a workflow, from the records on this client."""

from __future__ import annotations

from runner.app.history import PastRun, summarize
from runner.app.past_runs import past_runs
from runner.app.past_secrets import past_secrets
from runner.app.source import Source
from runner.app.workflow_name import workflow_name
from runner.cli.echo import echo_line
from runner.cli.session import CommandContext
from runner.views.history import ChangeRow, RunRow, history_json, history_lines


def run(source: Source, context: CommandContext, number: int) -> None:
    """Print each run with what it changed."""
    workflow = workflow_name(source, context.workspace)
    runs = past_runs(workflow, context.workspace)
    secrets = past_secrets(source, runs, context.workspace)
    rows = [_row(one) for one in summarize(runs[:number], secrets, context.workspace)]
    if context.output == "json":
        context.print_json(history_json(workflow, rows))
    elif rows:
        context.writer().write(history_lines(rows, context.width))
    else:
        echo_line(f"no runs of {workflow} recorded here")


def _row(past: PastRun) -> RunRow:
    run = past.run
    changes = (ChangeRow(one.address, one.action.value, one.verb, one.is_done) for one in past.changes)
    return RunRow(run.id, run.began, run.start, run.ending, tuple(changes), past.variables)

"""runner show: a past run's plan and events, from the record on this client."""

from __future__ import annotations

import sys

from runner.app.past_runs import find_run, past_runs
from runner.app.plan_file_format import is_plan_file
from runner.app.workflow_name import workflow_name
from runner.cli.echo import echo, echo_line
from runner.cli.refusal import Refusal
from runner.cli.session import CommandContext
from runner.history.store import StoredRun


def run(run: str, file: str, context: CommandContext) -> None:
    """Print the plan and the events of one run."""
    if is_plan_file(run):
        raise Refusal(f'"{run}" is a saved plan, not a run ID; apply it with runner apply')
    workflow = workflow_name(file, context.workspace)
    found = find_run(past_runs(workflow, context.workspace), run, workflow)
    if context.output == "json":
        for line, _ in found.events():
            sys.stdout.write(line)
    else:
        _show_plan(context, found)
        _show_events(found)


def _show_plan(context: CommandContext, run: StoredRun) -> None:
    from runner.views.plan import plan_lines

    plan = run.plan()
    if plan is not None:
        context.writer().write(plan_lines(plan, host=run.header.engine_address, width=context.width))
        echo("")


def _show_events(run: StoredRun) -> None:
    from runner.views.plain import PlainView

    view = PlainView(sys.stdout, sys.stdout)
    for _, record in run.events():
        if record is not None:
            view.show(record)
    if run.ending is None:
        echo_line("unfinished: no result recorded")

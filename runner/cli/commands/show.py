"""runner show: a past run's plan and events, from the record on this client."""

from __future__ import annotations

import sys

import click

from runner.app.past_runs import find_run, past_runs
from runner.app.plan_file_format import is_plan_file
from runner.app.source import DEFAULT_FILE
from runner.app.workflow_name import workflow_name
from runner.cli.echo import echo_line
from runner.cli.options import shared_options
from runner.cli.session import CommandContext
from runner.history.store import StoredRun


@click.command("show")
@shared_options
@click.argument("run")
@click.argument("file", default=DEFAULT_FILE)
def command(run: str, file: str, context: CommandContext) -> None:
    """Show the plan and events of RUN of FILE (workflow.yaml); -o json prints the events as logged.

    RUN is a run ID from runner history, or a prefix of one. FILE may also be the workflow's name.
    """
    if is_plan_file(run):
        raise click.ClickException(f'"{run}" is a saved plan, not a run ID; apply it with runner apply')
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
        click.echo()


def _show_events(run: StoredRun) -> None:
    from runner.views.plain import PlainView

    view = PlainView(sys.stdout, sys.stdout)
    for _, record in run.events():
        if record is not None:
            view.show(record)
    if run.ending is None:
        echo_line("unfinished: no result recorded")

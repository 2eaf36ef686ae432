"""runner show: a past run's plan and events, from the record on this client."""

from __future__ import annotations

import sys

from runner.app.past_runs import find_run, past_runs
from runner.app.past_secrets import past_secrets
from runner.app.plan_file_format import is_plan_file
from runner.app.source import Source
from runner.app.workflow_name import workflow_name
from runner.cli.echo import echo, echo_line
from runner.cli.refusal import Misuse, Refusal
from runner.cli.session import CommandContext
from runner.history.store import StoredRun


def run(run: str, source: Source, context: CommandContext, html: str | None) -> None:
    """Print the plan and the events of one run, or write its page."""
    if html is not None and context.options.output in ("json", "markdown"):
        raise Misuse("show", f"--html and -o {context.options.output} are mutually exclusive")
    if is_plan_file(run):
        raise Refusal(f'"{run}" is a saved plan, not a run ID; apply it with runner apply')
    workflow = workflow_name(source, context.workspace)
    runs = past_runs(workflow, context.workspace)
    found = find_run(runs, run, workflow).masked(past_secrets(source, runs, context.workspace).redactor)
    if html is not None:
        _write_page(found, html, context)
    elif context.output == "json":
        for line, _ in found.events():
            sys.stdout.write(line)
    elif context.output == "markdown":
        _show_markdown(context, found)
    else:
        _show_plan(context, found)
        _show_events(found)


def _write_page(run: StoredRun, path: str, context: CommandContext) -> None:
    from runner.app.run_page import page_of, write_page

    if path == "-":
        # A page has no characters of its own that an encoding could lack.
        sys.stdout.write(page_of(run).encode("ascii", "xmlcharrefreplace").decode())
    else:
        write_page(run, path)
        echo_line(f"wrote {path}")


def _show_markdown(context: CommandContext, run: StoredRun) -> None:
    from runner.views.plan_markdown import plan_markdown
    from runner.views.run_markdown import run_markdown

    plan = run.plan()
    if plan is not None:
        context.print_text(f"{plan_markdown(plan, host=run.header.engine_address)}\n")
    context.print_text(run_markdown(record for _, record in run.events() if record is not None))


def _show_plan(context: CommandContext, run: StoredRun) -> None:
    from runner.views.plan import plan_lines

    plan = run.plan()
    if plan is not None:
        context.writer().write(plan_lines(plan, host=run.header.engine_address, width=context.width))
        echo("")


def _show_events(run: StoredRun) -> None:
    from runner.views.messages import NO_RESULT
    from runner.views.plain import PlainView

    view = PlainView(sys.stdout, sys.stdout)
    for _, record in run.events():
        if record is not None:
            view.show(record)
    if run.ending is None:
        echo_line(NO_RESULT)

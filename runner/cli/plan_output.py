"""Printing a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.cli.session import CommandContext
    from runner.core.plan import Plan
    from runner.views.lines import Line


def show_plan(context: CommandContext, workflow: LoadedWorkflow, plan: Plan, host: str, *, warn: bool = True) -> None:
    """Print a plan on standard output, redacted, and report its problems.

    With `warn`, report its warnings too; a run that follows would repeat them.
    """
    shown = workflow.redactor.plan(plan)
    source, tells_source = workflow.named, workflow.compose is not None or context.options.verbose
    if context.actions:
        context.actions.add_plan(shown, source, host)
    if context.output == "json":
        from runner.views.plan_json import plan_json

        context.print_json(plan_json(shown, workflow.own_files))
        return
    if context.output == "markdown":
        from runner.views.plan_markdown import plan_markdown

        context.print_text(plan_markdown(shown, source=source, tells_source=tells_source, host=host))
    else:
        from runner.views.plan import plan_lines

        verbose = context.options.verbose
        lines = plan_lines(
            shown, source=source, tells_source=tells_source, host=host, width=context.width, verbose=verbose
        )
        print_plan(context, shown, lines)
    if found := [*shown.problems, *(shown.warnings if warn else ())]:
        context.report(found, workflow.sources)


def print_plan(context: CommandContext, plan: Plan, lines: Iterable[Line]) -> None:
    """Print the lines of a plan; in the log of GitHub Actions in a group, if there are changes."""
    if context.actions is None or not plan.pending:
        context.writer().write(lines)
        return
    from runner.views.formatting import plan_summary

    with context.actions.group(f"Plan for {plan.workflow}: {plan_summary(plan)}"):
        context.writer().write(lines)

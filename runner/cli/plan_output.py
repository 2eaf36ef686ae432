"""Printing a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.app.load import LoadedWorkflow
    from runner.cli.session import CommandContext
    from runner.core.plan import Plan


def show_plan(context: CommandContext, workflow: LoadedWorkflow, plan: Plan, host: str, *, warn: bool = True) -> None:
    """Print a plan on standard output, redacted, and report its problems.

    With `warn`, report its warnings too; a run that follows would repeat them.
    """
    shown = workflow.redactor.plan(plan)
    if context.output == "json":
        from runner.views.plan_json import plan_json

        context.print_json(plan_json(shown))
        return
    if context.output == "markdown":
        from runner.views.plan_markdown import plan_markdown

        context.print_text(plan_markdown(shown, source=workflow.file, host=host))
    else:
        from runner.views.plan import plan_lines

        verbose = context.options.verbose
        lines = plan_lines(shown, source=workflow.file, host=host, width=context.width, verbose=verbose)
        context.writer().write(lines)
    if found := [*shown.problems, *(shown.warnings if warn else ())]:
        context.report(found, workflow.sources)

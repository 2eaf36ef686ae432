"""runner explain: what a code means, and how to mend what it reports."""

from __future__ import annotations

from runner.app.explanations import all_explanations, explain
from runner.cli.session import CommandContext
from runner.views.explanation import explanation_json, list_json, list_lines, page_lines


def run(code: str | None, context: CommandContext) -> None:
    """Print the page of a code, or a list of all codes."""
    if code is None:
        pages = list(all_explanations())
        if context.output == "json":
            context.print_json({"codes": list_json(pages)})
        else:
            context.writer().write(list_lines(pages, context.width))
        return
    page = explain(code)
    if context.output == "json":
        context.print_json(explanation_json(page))
    else:
        context.writer().write(page_lines(page, context.width))

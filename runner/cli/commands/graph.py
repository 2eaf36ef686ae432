"""runner graph: the dependency graph of a workflow."""

from __future__ import annotations

import sys

import click

from runner.app.source import Source
from runner.cli.options import shared_options, source_options
from runner.cli.session import CommandContext


@click.command("graph")
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg"]),
    default="mermaid",
    show_default=True,
    help="mermaid for Markdown, dot for Graphviz, or an svg image.",
)
@shared_options
@source_options
def command(source: Source, context: CommandContext, form: str) -> None:
    """Show the dependency graph of FILE (workflow.yaml) with its wait conditions. Needs no engine."""
    from runner.kinds import SECTIONS
    from runner.views.graph import dot, graph_json, graph_of, mermaid

    graph = graph_of(context.load(source, contents=False).desired, SECTIONS)
    if context.output == "json":
        context.print_json(graph_json(graph))
        return
    if form == "svg":
        from runner.views.svg import svg

        lines = svg(graph)
    else:
        lines = mermaid(graph) if form == "mermaid" else dot(graph)
    sys.stdout.writelines(f"{line}\n" for line in lines)

"""runner graph: the dependency graph of a workflow."""

from __future__ import annotations

import sys

from runner.app.source import Source
from runner.cli.session import CommandContext


def run(source: Source, context: CommandContext, form: str) -> None:
    """Print the graph."""
    from runner.kinds import SECTIONS
    from runner.views.graph import dot, graph_json, graph_of, mermaid

    graph = graph_of(context.load_structure(source).desired, SECTIONS)
    if context.output == "json":
        context.print_json(graph_json(graph))
        return
    if form == "svg":
        from runner.views.svg import svg

        lines = svg(graph)
    else:
        lines = mermaid(graph) if form == "mermaid" else dot(graph)
    sys.stdout.writelines(f"{line}\n" for line in lines)

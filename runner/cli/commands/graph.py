"""runner graph: the dependency graph of a workflow."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.app.source import Source
from runner.cli.session import CommandContext

if TYPE_CHECKING:
    from runner.views.graph.model import Graph


def run(source: Source, context: CommandContext, form: str) -> None:
    """Print the graph."""
    from runner.kinds import SECTIONS
    from runner.views.graph.model import graph_json, graph_of

    graph = graph_of(context.load_structure(source).desired, SECTIONS)
    if context.output == "json":
        context.print_json(graph_json(graph))
        return
    sys.stdout.writelines(f"{line}\n" for line in _drawn(graph, form))


def _drawn(graph: Graph, form: str) -> Iterable[str]:
    match form:
        case "svg":
            from runner.views.graph.svg import svg_graph

            return svg_graph(graph).splitlines()
        case "dot":
            from runner.views.graph.dot import dot

            return dot(graph)
        case _:
            from runner.views.graph.mermaid import mermaid

            return mermaid(graph)

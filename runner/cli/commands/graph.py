"""runner graph: the dependency graph of a workflow."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from runner.app.source import Source
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext
from runner.core.exit_code import ExitCode

if TYPE_CHECKING:
    from runner.core.address import Address
    from runner.core.plan import Plan
    from runner.views.graph.model import Graph


def run(source: Source, context: CommandContext, form: str, planned: bool, live: bool) -> int:
    """Print the graph; with `planned` or `live`, with what a plan against the engine tells of each resource."""
    if not (planned or live):
        _show(context, _graph(context, source), {}, form)
        return ExitCode.OK
    if planned and live:
        raise Misuse("graph", "--plan and --live are mutually exclusive")
    from runner.app.graph_states import live_states, planned_actions

    graph, plan = _compared(context, source)
    _show(context, graph, planned_actions(plan) if planned else live_states(plan), form)
    return ExitCode.FAILED if plan.problems and planned else ExitCode.OK


def _graph(context: CommandContext, source: Source) -> Graph:
    from runner.kinds import orchestrator
    from runner.views.graph.model import graph_of

    desired = context.load_structure(source).desired
    return graph_of(desired, orchestrator(desired.orchestrator).sections)


def _compared(context: CommandContext, source: Source) -> tuple[Graph, Plan]:
    """Return the graph and the plan, whose problems are reported."""
    from runner.app.planning import plan_against_engine, prepare
    from runner.kinds import orchestrator
    from runner.views.graph.model import graph_of

    workflow = context.load(source)
    with context.engine() as gateway:
        prepared = prepare(workflow, gateway, context.workspace)
        plan = workflow.redactor.plan(plan_against_engine(prepared, gateway))
    if plan.problems and context.output != "json":
        context.report(plan.problems, workflow.sources)
    desired = prepared.workflow.desired
    return graph_of(desired, orchestrator(desired.orchestrator).sections), plan


def _show(context: CommandContext, graph: Graph, states: Mapping[Address, str], form: str) -> None:
    if context.output == "json":
        from runner.views.graph.model import graph_json, with_states

        context.print_json(graph_json(with_states(graph, states)))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _drawn(graph, states, form))


def _drawn(graph: Graph, states: Mapping[Address, str], form: str) -> Iterable[str]:
    match form:
        case "svg":
            from runner.views.graph.svg import svg_graph

            return svg_graph(graph, states).split("\n")
        case "dot":
            from runner.views.graph.dot import dot

            return dot(graph, states)
        case _:
            from runner.views.graph.mermaid import mermaid

            return mermaid(graph, states)

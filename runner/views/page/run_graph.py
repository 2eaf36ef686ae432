"""The dependency graph of a run, coloured by what became of each resource."""

from __future__ import annotations

from runner.core.address import Address
from runner.core.plan import Action
from runner.core.resource_state import State
from runner.views.formatting import pluralize
from runner.views.graph.model import graph_of_dependencies
from runner.views.graph.svg import svg_graph
from runner.views.page.html import Markup
from runner.views.page.report import RunReport
from runner.views.page.sections import scrolling, section


def graph_section(report: RunReport, kinds: tuple[str, ...]) -> Markup:
    """Return the section of the graph; nothing when the record has no dependencies."""
    order = report.run.order
    if order is None or not any(order.dependencies.values()):
        return Markup("")
    graph = graph_of_dependencies(report.workflow, order.dependencies, kinds)
    picture = Markup(svg_graph(graph, {address: state.value for address, state in _states(report).items()}))
    frame = scrolling("Graph", picture, class_="scroll graph")
    return section("graph", "Graph", pluralize(len(graph.nodes), "resource"), frame)


def _states(report: RunReport) -> dict[Address, State]:
    """Return the last state of each resource."""
    plan = report.run.plan
    unchanged = [change.address for change in plan.changes if change.action is Action.NOOP] if plan else []
    return dict.fromkeys(unchanged, State.UNCHANGED) | {**report.states}

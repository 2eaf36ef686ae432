"""A graph of what rests on what: every node and edge is there, whoever draws it, and nothing lies over anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.address import Address
from runner.core.state import Condition, Dependency, DesiredState, Resource
from runner.core.struct import replace
from runner.kinds import SECTIONS
from runner.views.graph.dot import dot
from runner.views.graph.layout import lay_out
from runner.views.graph.looks import KIND_SHADES, kind_shades
from runner.views.graph.mermaid import mermaid
from runner.views.graph.model import Edge, Graph, Node, graph_of
from runner.views.graph.svg import svg_graph

ODD = 'a "quoted" <name> & \\ more'
SVG = "{http://www.w3.org/2000/svg}"


def shop() -> DesiredState:
    """Declare two replicas that wait for another one, an image with an odd name, and a check."""
    image, db = Address("image", ODD), Address("container", "db")
    resources = [
        Resource(image, "image", shared=True),
        Resource(db, "db", depends_on=(Dependency(image),)),
        *(
            Resource(
                Address("container", "web", index), f"web-{index}", depends_on=(Dependency(db, Condition.HEALTHY),)
            )
            for index in (1, 2)
        ),
    ]
    check = Resource(Address("check", "page"), "page")
    return DesiredState("shop", {resource.address: resource for resource in resources}, checks=(check,))


def test_replicas_are_one_and_every_condition_that_is_waited_for_is_said() -> None:
    graph = graph_of(shop(), SECTIONS)
    web, db, image = Address("container", "web"), Address("container", "db"), Address("image", ODD)
    assert graph.nodes == (
        Node(image, is_declared=False),
        Node(db),
        Node(web, replicas=2),
        Node(Address("check", "page")),
    )
    assert graph.edges == (Edge(db, image), Edge(web, db, "healthy"))


def test_mermaid_has_every_node_and_edge() -> None:
    lines = list(mermaid(graph_of(shop(), SECTIONS)))
    assert lines[0] == "flowchart LR"
    assert '  n1("image.a #quot;quoted#quot; <name> & \\ more"):::image' in lines
    assert '  n3["container.web ×2"]:::container' in lines
    assert [line for line in lines if "-->" in line] == ["  n2 --> n1", "  n3 -->|healthy| n2"]


def test_graphviz_is_given_every_name_in_quotes() -> None:
    text = "\n".join(dot(graph_of(shop(), SECTIONS)))
    assert '"container.db" -> "image.a \\"quoted\\" <name> & \\\\ more";' in text
    assert '"container.web" -> "container.db" [label="healthy"];' in text


def test_the_picture_is_whole_xml_with_every_name_and_arrow() -> None:
    picture = ElementTree.fromstring(svg_graph(graph_of(shop(), SECTIONS)))
    texts = [element.text for element in picture.iter(f"{SVG}text")]
    drawn = {f"image.{ODD}", "container.db", "container.web ×2", "check.page", "healthy"}
    assert set(texts) == drawn | {"image", "container", "check", "not declared here", "needs"}, "and the legend"
    assert len([path for path in picture.iter(f"{SVG}path") if path.get("marker-end")]) == 2 + 1


@pytest.mark.parametrize("draw", [mermaid, dot])
def test_a_kind_has_one_colour_in_every_picture(draw: Callable[[Graph], Iterator[str]]) -> None:
    everything = graph_of(shop(), SECTIONS)
    shades = kind_shades(everything.kinds)
    for kind in {node.address.kind for node in everything.nodes}:
        nodes = tuple(node for node in everything.nodes if node.address.kind == kind)
        drawn = "\n".join(draw(replace(everything, nodes=nodes, edges=())))
        assert set(re.findall(r"#[0-9a-f]{6}", drawn)) == {shades[kind].light}, kind


def test_every_kind_has_a_colour_of_its_own() -> None:
    assert len(set(KIND_SHADES)) == len(KIND_SHADES) >= len(SECTIONS)


def test_the_picture_of_nothing_is_a_picture() -> None:
    ElementTree.fromstring(svg_graph(graph_of(DesiredState("empty", {}), SECTIONS)))


@given(
    st.integers(1, 12).flatmap(
        lambda size: st.tuples(st.just(size), st.sets(st.tuples(*[st.integers(0, size - 1)] * 2)))
    )
)
def test_arrows_point_right_through_every_column_and_nothing_lies_over_anything(
    drawn: tuple[int, set[tuple[int, int]]],
) -> None:
    size, pairs = drawn
    edges = {(one, other) for one, other in pairs if one < other}
    layout = lay_out(range(size), edges)
    column = {item: number for number, items in enumerate(layout.columns) for item in items}
    assert set(range(size)) <= column.keys()
    assert layout.routes.keys() == edges
    for (source, target), route in layout.routes.items():
        assert (route[0], route[-1]) == (source, target)
        assert all(column[there] - column[here] == 1 for here, there in pairwise(route))
    for items in layout.columns:
        assert all(layout.heights[below] - layout.heights[above] >= 0.999 for above, below in pairwise(items))

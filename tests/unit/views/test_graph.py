"""A graph of what rests on what: every node and edge is there, whoever draws it, and nothing lies over anything."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise, starmap
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.address import Address
from runner.core.plan import Action
from runner.core.resource_state import FINAL
from runner.core.state import Condition, Dependency, DesiredState, Resource
from runner.core.struct import replace
from runner.kinds import SECTIONS
from runner.views.graph.dot import dot
from runner.views.graph.layout import lay_out
from runner.views.graph.looks import KIND_SHADES, STATES, Tone, kind_shades
from runner.views.graph.mermaid import mermaid
from runner.views.graph.model import Edge, Graph, Node, graph_json, graph_of
from runner.views.graph.picture import place
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


def herd(number: int) -> Graph:
    """Return equal containers that need the same network."""
    network = Address("network", "default")
    members = [Address("container", f"svc-{index:02}") for index in range(number)]
    edges = tuple(Edge(member, network) for member in members)
    return Graph("herd", tuple(SECTIONS), (Node(network), *map(Node, members)), edges)


def texts_of(picture: str) -> list[str]:
    """Return what is written in a picture, without its legend."""
    root = ElementTree.fromstring(picture)
    return [
        text.text or ""
        for group in root.iter(f"{SVG}g")
        if group.get("class", "").startswith("node")
        for text in group.iter(f"{SVG}text")
    ]


def test_equal_entries_are_one_node_in_every_picture_and_each_by_itself_in_json() -> None:
    graph = herd(40)
    assert texts_of(svg_graph(graph)) == ["network.default", "container.svc-00 … svc-39 ×40"]
    for draw in (mermaid, dot):
        assert sum("svc-00 … svc-39 ×40" in line for line in draw(graph)) == 1
    assert len(graph_json(graph)["nodes"]) == 41


def test_two_equal_entries_and_those_in_different_states_are_drawn_apart() -> None:
    assert len(texts_of(svg_graph(herd(2)))) == 3
    states = {Address("container", f"svc-{index:02}"): "failed" if index == 7 else "ready" for index in range(10)}
    written = texts_of(svg_graph(herd(10), states))
    assert "container.svc-00 … svc-09 ×9" in written
    assert "container.svc-07" in written


def test_entries_of_a_chain_are_not_equal() -> None:
    chain = [Address("job", f"step-{index}") for index in range(6)]
    graph = Graph("chain", tuple(SECTIONS), tuple(map(Node, chain)), tuple(starmap(Edge, pairwise(chain))))
    assert texts_of(svg_graph(graph)) == [f"job.step-{index}" for index in range(6)]


def test_a_state_is_written_and_coloured_and_replicas_have_the_most_notable_one() -> None:
    states = {
        Address("container", "web"): "healthy",
        Address("container", "web", 2): "unhealthy",
        Address("container", "old"): "delete",
    }
    graph = graph_of(shop(), SECTIONS)
    picture = svg_graph(graph, states)
    assert {"unhealthy", "delete", "container.old"} <= {*texts_of(picture)}
    assert "healthy" not in texts_of(picture)
    assert 'class="node kind-container tone-bad is-unhealthy"' in picture
    assert any("container.web ×2<br/>unhealthy" in line for line in mermaid(graph, states))
    assert any(line.startswith("  class n3") and line.endswith(" bad") for line in mermaid(graph, states))
    assert any('"container.web ×2\\nunhealthy"' in line and "fillcolor" in line for line in dot(graph, states))


def test_every_action_and_every_final_state_of_a_run_has_a_meaning() -> None:
    ends = {action.value for action in Action} | {state.value for state in FINAL}
    assert ends <= STATES.keys()


def test_colours_stand_out_from_their_ground() -> None:
    for shades in KIND_SHADES:
        assert contrast(shades.light, "#ffffff") >= 3 <= contrast(shades.dark, "#0d1117")
    for tone in Tone:
        assert contrast(tone.ink.light, tone.fill.light) >= 4.5 <= contrast(tone.ink.dark, tone.fill.dark)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, by WCAG."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1."""
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_picture_has_a_view_box_a_title_and_words_for_those_who_do_not_see_it() -> None:
    root = ElementTree.fromstring(svg_graph(graph_of(shop(), SECTIONS)))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert root.get("role") == "img"
    assert title is not None
    assert title.text == "Dependency graph of shop"
    assert description is not None
    assert "container.web ×2 needs container.db (healthy)" in (description.text or "")


def test_a_picture_is_dark_where_its_viewer_is() -> None:
    assert "@media (prefers-color-scheme:dark)" in svg_graph(graph_of(shop(), SECTIONS))


def test_characters_that_xml_has_no_place_for_are_left_out() -> None:
    odd = Graph("a\x00b", tuple(SECTIONS), (Node(Address("image", "x\x1b[2Jy\ud800")),), ())
    ElementTree.fromstring(svg_graph(odd, {Address("image", "x\x1b[2Jy\ud800"): "<&\x07>"}))


def graphs() -> st.SearchStrategy[Graph]:
    """Return graphs of containers with names of different lengths."""
    return st.integers(1, 14).flatmap(
        lambda size: st.sets(st.tuples(*[st.integers(0, size - 1)] * 2)).map(lambda pairs: _graph(size, pairs))
    )


def _graph(size: int, pairs: set[tuple[int, int]]) -> Graph:
    nodes = [Address("container", chr(97 + number) * (1 + number * 7 % 40)) for number in range(size)]
    edges = tuple(Edge(nodes[one], nodes[other], "healthy") for one, other in sorted(pairs) if one < other)
    return Graph("any", tuple(SECTIONS), tuple(map(Node, nodes)), edges)


@given(graphs())
def test_no_edge_crosses_a_box_and_each_arrives(graph: Graph) -> None:
    picture = place(graph, {node.address: len(node.label) * 7.0 + 20 for node in graph.nodes}, 28, 6)
    ends = set()
    for path in picture.paths:
        assert path.start == picture.boxes[path.edge.source].right
        points = [(path.start, path.curves[0].y1)]
        for curve in path.curves:
            points += [curve.at(step / 10) for step in range(11)]
        for x, y in points[1:-1]:
            assert not any(
                box.left < x < box.right and box.top < y < box.top + box.height for box in picture.boxes.values()
            )
        if path.arrives:
            ends.add((path.curves[-1].x2, path.curves[-1].y2))
    assert ends == {(picture.boxes[edge.target].left, picture.boxes[edge.target].middle) for edge in graph.edges}
    boxes = [*picture.boxes.values()]
    assert not any(one.overlaps(other) for one in boxes for other in boxes if one is not other)


@pytest.mark.parametrize("span", [2, 40, 299])
def test_a_picture_of_300_different_entries_takes_less_than_two_seconds_of_a_busy_machine(span: int) -> None:
    names = [Address("container", f"{'abcdefghij'[index % 10]}{'x' * (index // 10)}") for index in range(300)]
    pairs = [(one, other) for one in range(300) for other in range(one + 1, min(300, one + span), max(1, span // 6))]
    edges = tuple(Edge(names[one], names[other], "healthy") for one, other in pairs)
    began = time.process_time()
    svg_graph(Graph("big", tuple(SECTIONS), tuple(map(Node, names)), edges))
    assert time.process_time() - began < 2


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
        assert route[0] == source
        assert route[-1] == target or route[-1] in {bend for other in layout.routes.values() for bend in other[:-1]}
        assert all(column[there] - column[here] == 1 for here, there in pairwise(route))
    for items in layout.columns:
        assert all(layout.heights[below] - layout.heights[above] >= 0.999 for above, below in pairwise(items))

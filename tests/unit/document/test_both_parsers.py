"""PyYAML's parser in C and the one in Python must tell the same about every node, down to its place."""

from pathlib import Path

import pytest
import yaml

from runner.document.node_composer import compose
from runner.document.nodes import MappingNode, ScalarNode, SequenceNode
from runner.document.source import Source

pytestmark = pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
FILES = [pytest.param(file, id=file.stem) for file in sorted((Path(__file__).parent / "ok").glob("*.yaml"))]


def told(node):
    match node:
        case ScalarNode():
            return (node.start, node.end, node.text, repr(node.value), node.plain, node.tagged)
        case SequenceNode():
            return (node.start, node.end, [told(item) for item in node.items])
        case MappingNode():
            return (node.start, node.end, [(told(entry.key), told(entry.value)) for entry in node.entries.values()])


@pytest.mark.parametrize("file", FILES)
def test_both_parsers_place_every_node_alike(file, monkeypatch):
    source = Source.of(file.name, file.read_text(encoding="utf-8-sig"))
    by_libyaml = told(compose(source, []))
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert told(compose(source, [])) == by_libyaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: [\n\t1,\t2\n]", [1, 2]),
        ("a:\tb", "b"),
        ("a: b\tc\t# comment", "b\tc"),
        ("a: b\t\n  c", "b c"),
        ("a: b\t\n", "b"),
    ],
)
@pytest.mark.parametrize("with_libyaml", [True, False])
def test_tabs_are_blanks_where_nothing_is_indented(document, monkeypatch, text, value, with_libyaml):
    monkeypatch.setattr(yaml, "__with_libyaml__", with_libyaml)
    assert document(text).value(("a",)) == value


@pytest.mark.parametrize("escape", [r"\ud800", r"\U00110000", r"\q", r"\xZZ"])
@pytest.mark.parametrize("with_libyaml", [True, False])
def test_an_escape_for_no_character_is_refused(read, monkeypatch, escape, with_libyaml):
    monkeypatch.setattr(yaml, "__with_libyaml__", with_libyaml)
    _, found = read(f'a: "x {escape}"\n')
    assert [(finding.message, str(finding.span)) for finding in found] == [
        ("unknown escape in double quotes", "workflow.yaml:1:7")
    ]

"""What is written as YAML is read back as the same, whatever the texts are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from runner.document.yaml_reader import read_mapping
from runner.document.yaml_writer import Item, List, Map, Scalar, Written, text_scalar, yaml_text

ODD = "ab:-# \n\t'\"{}[],&*!|>%@`?~=<0.1é\\$\x07\u2028"
WHOLE = ("yes", "1.10", "null", "~", "0644", "- a", "a: b", "|", "x #y", "\n", "a\n", "a\n\n\nb\n\n", " a\nb", "22:22")
TEXTS = st.text(alphabet=st.sampled_from(ODD), max_size=12) | st.sampled_from(WHOLE)
KEYS = TEXTS.filter(lambda text: text and text != "<<")
COMMENTS = (st.sampled_from([(), ("# c",)]), st.sampled_from(["", "# x"]), st.sampled_from([(), ("# d",)]))


def items(values: st.SearchStrategy[Written]) -> st.SearchStrategy[Item]:
    return st.builds(Item, values, *COMMENTS)


def maps(values: st.SearchStrategy[Written]) -> st.SearchStrategy[Map]:
    entries = st.dictionaries(KEYS, items(values), max_size=3).map(lambda made: tuple(made.items()))
    return st.builds(Map, entries, st.booleans())


def lists(values: st.SearchStrategy[Written]) -> st.SearchStrategy[List]:
    return st.builds(List, st.lists(items(values), max_size=3).map(tuple), st.booleans())


VALUES = st.recursive(TEXTS.map(text_scalar), lambda inner: lists(inner) | maps(inner), max_leaves=8)


@settings(max_examples=150, deadline=None)
@given(maps(VALUES).filter(lambda root: root.entries and not root.short))
def test_what_is_written_is_read_back(root: Map) -> None:
    text = yaml_text(root, ("# head", ""))
    found: list[Any] = []
    read = read_mapping("x.yaml", found, lambda _path, _most: text.encode())
    assert not found, text
    assert read is not None
    assert data(read) == plain(root), text


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (text_scalar("nginx:1.27"), "a: nginx:1.27"),
        (text_scalar("${TAG:-1}"), "a: ${TAG:-1}"),
        (text_scalar("8080:80"), 'a: "8080:80"'),
        (text_scalar("no"), 'a: "no"'),
        (text_scalar("1.10"), 'a: "1.10"'),
        (Scalar(644, "0644"), "a: 0644"),
        (Scalar(None, ""), "a: null"),
        (
            List((Item(text_scalar("sh")), Item(text_scalar("-c")), Item(text_scalar("a, b"))), True),
            'a: [sh, -c, "a, b"]',
        ),
        (Map(()), "a: {}"),
        (Map((("default", Item(text_scalar(""))),), True), 'a: {default: ""}'),
        (text_scalar("one\ntwo\n"), "a: |\n  one\n  two"),
    ],
)
def test_a_value_is_written_as_people_do(value: Written, line: str) -> None:
    assert yaml_text(Map((("a", Item(value)),))) == f"{line}\n"


def test_comments_stand_where_they_belong() -> None:
    inner = Map((("b", Item(text_scalar("x"), ("# above",), "# beside", ("# below",))),))
    expected = "# head\n\na:\n  # above\n  b: x  # beside\n  # below\n"
    assert yaml_text(Map((("a", Item(inner)),)), ("# head", "")) == expected


def data(node: Node) -> Any:
    match node:
        case ScalarNode():
            return node.value
        case SequenceNode():
            return [data(item) for item in node.items]
        case MappingNode():
            return {key: data(entry.value) for key, entry in node.entries.items()}


def plain(written: Written) -> Any:
    match written:
        case Scalar():
            return written.value
        case List():
            return [plain(item.value) for item in written.items]
        case Map():
            return {key: plain(item.value) for key, item in written.entries}

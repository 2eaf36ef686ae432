"""Whatever a file holds, it gives a document or diagnostics, and the same ones on every machine."""

from unittest.mock import patch

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.document.access import Access
from runner.document.dotenv import parse_dotenv
from runner.document.files import Files
from runner.document.interpolation_syntax import parse
from runner.document.loader import load
from runner.document.root import ANYWHERE
from runner.document.source import Source
from runner.views.snippet import render
from tests.unit.examples import examples

PIECES = (
    *(
        "a",
        "b: ",
        ": ",
        ":",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "'",
        '"',
        "&a ",
        "*a",
        "!t ",
        "!!int ",
    ),
    *("|\n", ">-\n", "# ", "? ", "<<: ", "\t", "0x1f", "~", "é", "日", "\r\n", "---\n", "...\n", "%", "@", "\\"),
    *("${A}", "${A:-x}", "${", "$B", "variables:\n  A: ", "include: [", "x-a: ", "\\u0041", "\\ud800"),
)
yaml_like = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
documents = st.one_of(yaml_like, yaml_like.map("a: ".__add__), st.text(), st.text().map("a: ".__add__))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("arbitrary") / "workflow.yaml"


def outcome(path):
    texts = {}
    document, found = load(path, overrides={}, var_files=[], files=Files(Access(ANYWHERE)), texts=texts)
    for diagnostic in found:
        assert "Traceback" not in render(diagnostic, texts, width=40)
    assert document is not None or found
    return document, found


@settings(max_examples=examples(300), deadline=None)
@given(text=documents)
def test_any_text_gives_a_document_or_diagnostics(path, text):
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    outcome(path)


@settings(max_examples=examples(200), deadline=None)
@given(content=st.binary())
def test_any_bytes_give_a_document_or_diagnostics(path, content):
    path.write_bytes(content)
    outcome(path)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
@settings(max_examples=examples(300), deadline=None)
@given(text=documents)
def test_what_both_parsers_accept_they_read_alike(path, text):
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    first, found = outcome(path)
    with patch.object(yaml, "__with_libyaml__", False):
        second, found_by_python = outcome(path)
    if first is not None and second is not None:
        assert repr(first.data) == repr(second.data)
        assert first.invalid == second.invalid
        assert found == found_by_python


@given(text=st.one_of(st.text(), st.lists(st.sampled_from("${}:-?+Aa1 $"), max_size=30).map("".join)))
def test_any_value_is_a_template_or_a_mistake(text):
    template, mistakes = parse(text)
    if "$" not in text and text:
        assert (template, mistakes) == ((text,), [])
    assert all(0 <= mistake.start < mistake.end <= len(text) for mistake in mistakes)


@given(
    values=st.dictionaries(
        st.from_regex(r"[A-Z_]{1,8}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    )
)
def test_values_in_double_quotes_come_back_from_a_dotenv_file(values):
    def quoted(value):
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\r", "\\r")

    text = "".join(f'{name}="{quoted(value)}"\n' for name, value in values.items())
    read = parse_dotenv(Source.of(".env", text), {}.get)
    assert (read.values, read.found, read.unfilled) == (values, [], {})

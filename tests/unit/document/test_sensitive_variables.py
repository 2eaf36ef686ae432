from pathlib import Path

import pytest

from runner.views.snippet import render

SECRET = "hunter2-and-more"


def test_the_values_of_sensitive_variables_are_listed(document):
    read = document(
        "variables: {A: {sensitive: true}, B: {sensitive: true, default: ''}, C: 1}\nvalue: a-${A}-${C}\n",
        overrides={"A": SECRET},
    )
    assert read.sensitive == {SECRET}
    assert read.value(("value",)) == f"a-{SECRET}-1"


def test_a_default_in_place_of_a_sensitive_variable_is_sensitive(document):
    read = document("variables: {A: {sensitive: true, default: ''}}\nvalue: ${A:-fallback}\n")
    assert read.sensitive == {"fallback"}


@pytest.mark.parametrize(
    "text",
    [
        "variables: {A: {sensitive: true, enum: [x]}}\n",
        "variables: {A: {sensitive: true, pattern: x}}\n",
        "variables: {A: {sensitive: yes}}\n",
        "variables: {A: {sensitive: true}}\nvalue: ${B:?see ${A}}\n",
        "variables: {A: {sensitive: true}}\nvalue: ${A} $BARE\n",
        "variables: {A: {sensitive: true}}\nvalue: ${A} ${C}\n",
        "variables: {A: {sensitive: true}}\nvalue: !!int ${A}\n",
    ],
)
def test_no_diagnostic_tells_a_secret(read, text):
    document, found = read(text, overrides={"A": SECRET})
    assert found
    assert all(SECRET not in render(diagnostic, document.sources) for diagnostic in found)


@pytest.mark.parametrize("name", ["vars.env", "vars.yaml", ".env"])
def test_no_excerpt_shows_a_file_of_variables(read, write, name):
    write(f"{SECRET} without a key\n", name)
    var_files = [] if name == ".env" else [Path(name)]
    document, found = read("version: 1\n", var_files=var_files)
    assert found
    assert name not in document.sources
    assert all(SECRET not in render(diagnostic, document.sources) for diagnostic in found)

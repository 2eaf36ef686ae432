"""What is in quotes stays a text when its variables are filled in; what isn't is what it then looks like."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"${V}"', "1.0"),
        ("'${V}'", "1.0"),
        ("${V}", 1.0),
        ('"${NONE:-2.0}"', "2.0"),
        ("${NONE:-2.0}", 2.0),
        ('"v${V}"', "v1.0"),
        ("1${V}", 11.0),
        ('"1${V}"', "11.0"),
        ("!!str ${V}", "1.0"),
        ("|-\n  ${V}", "1.0"),
        (">-\n  ${V}", "1.0"),
        ('"${FLAG}"', "true"),
        ("${FLAG}", True),
        ('"${NULL}"', "null"),
        ("${NULL}", None),
    ],
)
def test_quotes_decide_of_the_type(document, written, value):
    read = document(f"variables: {{V: '1.0', FLAG: 'true', NULL: 'null'}}\na: {written}\n", environ={})
    assert read.value(("a",)) == value
    assert type(read.value(("a",))) is type(value)


def test_anchors_merges_and_includes_keep_what_was_quoted(document, write):
    write("x-base: {}\njobs: {a: &a {v: '${V:-1.0}'}, b: {<<: *a}}\n", "base.yaml")
    read = document("include: [base.yaml]\nx: &x '${V:-1.0}'\ny: [*x, '${V:-1.0}']\n")
    assert read.data == {"jobs": {"a": {"v": "1.0"}, "b": {"v": "1.0"}}, "x": "1.0", "y": ["1.0", "1.0"]}

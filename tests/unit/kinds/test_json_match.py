"""JSON answers: which key differs, and what waiting can't heal."""

from __future__ import annotations

from typing import Any

import pytest

from runner.kinds.probing.json_match import describe, mismatches


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"a": 1}),
        ({"a": {"b": "x"}}, {"a": {"b": "x", "c": 2}, "d": None}),
        ({"a": None}, {"a": None}),
        ([1, {"a": True}], [1.0, {"a": True, "b": 1}]),
        ("1.0", "1.0"),
    ],
)
def test_what_has_at_least_the_wanted_keys_matches(wanted: Any, found: Any):
    assert list(mismatches(wanted, found)) == []


@pytest.mark.parametrize(
    ("wanted", "found", "words", "is_final"),
    [
        ({"v": "1.0"}, {"v": 1.0}, 'v is 1.0, expected "1.0" (a string, not a number)', True),
        ({"v": 1.0}, {"v": "1.0"}, 'v is "1.0", expected 1.0 (a number, not a string)', True),
        ({"v": "0"}, {"v": 0}, 'v is 0, expected "0" (a string, not a number)', True),
        ({"v": True}, {"v": "true"}, 'v is "true", expected true (true or false, not a string)', True),
        ({"v": 1}, {"v": True}, "v is true, expected 1 (a number, not true or false)", True),
        ({"v": "2.0"}, {"v": "1.0"}, 'v is "1.0", expected "2.0"', False),
        ({"v": "2.0"}, {"v": None}, 'v is null, expected "2.0"', False),
        ({"v": "2.0"}, {"v": ""}, 'v is "", expected "2.0"', False),
        ({"v": 8080}, {"v": ""}, 'v is "", expected 8080', False),
        ({"v": "today"}, {"v": False}, 'v is false, expected "today"', False),
        ({"v": None}, {}, "v is missing, expected null", False),
        ({"db": {"up": True}}, {"db": "starting"}, 'db is "starting", expected {"up": true}', False),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "a[0].b is 2, expected 1", False),
        ({"a": [1]}, {"a": [1, 2]}, "a is [1, 2], expected [1]", False),
        ([], {}, "the answer is {}, expected []", False),
        ({"a": "x"}, {"a": ["x"]}, 'a is ["x"], expected "x" (a string, not a list)', True),
        ({"a": "x"}, {"a": []}, 'a is [], expected "x"', False),
        ({"a": 1}, {"a": {"b": 1}}, 'a is {"b": 1}, expected 1 (a number, not a map)', True),
        ({"a": ["x"]}, {"a": "x"}, 'a is "x", expected ["x"]', False),
        ({"a": ["x"]}, {"a": {"b": 1}}, 'a is {"b": 1}, expected ["x"] (a list, not a map)', True),
        ([1], {"b": 1}, 'the answer is {"b": 1}, expected [1] (a list, not a map)', True),
        ({"a": ("x",)}, {"a": ["y"]}, 'a[0] is "y", expected "x"', False),
    ],
)
def test_a_difference_is_told_by_its_key_with_both_values(wanted: Any, found: Any, words: str, is_final: bool):
    (mismatch,) = mismatches(wanted, found)
    assert (str(mismatch), mismatch.is_final) == (words, is_final)


def test_of_many_differences_the_final_ones_come_first_and_the_rest_is_counted():
    found = list(mismatches({"a": 1, "b": 1, "c": 1, "d": "1", "e": 1}, {"d": 1}))
    assert describe(found).startswith('d is 1, expected "1" (a string, not a number); a is missing, expected 1; b is')
    assert describe(found).endswith("; and 2 more")

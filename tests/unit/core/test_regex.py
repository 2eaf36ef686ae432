"""Expressions from outside are matched in linear time; what only backtracking could match is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.regex import InvalidRegex, Regex, RegexTimeout

LINE = "a" * 40 + "b"
HOSTILE = ["^(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){12}$", "([a-z]+)*!$", "(a?){30}a{30}!", r"(\w+\s?)*$!", "(x+x+)+y"]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.mark.parametrize("source", HOSTILE)
def test_what_makes_a_backtracking_engine_run_for_ever_takes_no_time(source: str) -> None:
    with within(2):
        regex = Regex.compile(source)
        regex.search(LINE)
        for multiline in (False, True):
            Regex.compile(source, multiline=multiline).search(f"{LINE}\n" * 20_000)
        regex.fullmatch(LINE * 1000)


def test_lines_have_ends_only_where_that_is_asked_for() -> None:
    text = "starting\nready on 80\n"
    assert Regex.compile("^ready on [0-9]+$", multiline=True).search(text)
    assert not Regex.compile("^ready on [0-9]+$").search(text)
    assert Regex.compile("ready").search(text)
    assert not Regex.compile("ready").fullmatch(text)
    assert Regex.compile("v[0-9]+|latest").fullmatch("v12")
    assert not Regex.compile("v[0-9]|v").fullmatch("v12")


@pytest.mark.parametrize(
    ("source", "help"),
    [
        ("(?=a)", "look-arounds"),
        ("(?<!a)b", "look-arounds"),
        ("(?>a)b", "atomic groups"),
        (r"(a)\1", "back-references"),
        (r"a\Z", r"\z"),
        ("a{1001}", "1000"),
        (r"(\pL{100}){10}\pN{1000}", "reduce repetitions"),
        ("[", "RE2"),
        ("a++", "RE2"),
        ("\udc80", "UTF-8"),
    ],
)
def test_what_is_no_expression_or_needs_backtracking_is_refused_with_a_way_out(source: str, help: str) -> None:
    with within(2), pytest.raises(InvalidRegex) as caught:
        Regex.compile(source)
    assert help in caught.value.help


def test_a_text_that_takes_too_long_is_given_up_on() -> None:
    slow = Regex.compile("(?:a?){1000}(?:a?){1000}(?:a?){1000}c")
    with within(2), pytest.raises(RegexTimeout):
        slow.search_within(0.2, "a" * 100_000)
    assert slow.search_within(5, "aac")


@given(st.text(), st.text(st.characters()))
def test_any_text_and_any_expression_end(source: str, text: str) -> None:
    try:
        regex = Regex.compile(source)
    except InvalidRegex:
        return
    regex.search(text)
    regex.fullmatch(text)

"""Sizes, durations, command lines and the other single values: what they mean, and how they are shown again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.resource.codec import Codec, Invalid
from runner.resource.scalars import (
    ARGV,
    BOOLEAN,
    DURATION,
    LARGEST,
    SIZE,
    choice,
    integer,
    matching,
    normalize_path,
    parse_argv,
    parse_duration,
    parse_integer,
    parse_size,
    show_argv,
    show_duration,
    show_size,
)

KIB, SECOND = 1024, 1_000_000_000
TEXTS_FOR_A_PROCESS = st.text(st.characters(exclude_characters="\0"))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("100", 100),
        ("100b", 100),
        ("512k", 512 * KIB),
        ("512K", 512 * KIB),
        ("512kb", 512 * KIB),
        ("512KiB", 512 * KIB),
        ("64m", 64 * KIB**2),
        (" 64 m ", 64 * KIB**2),
        ("1.5g", 3 * KIB**3 // 2),
        ("0.1k", 102),
        ("2t", 2 * KIB**4),
        ("1p", KIB**5),
        (64, 64),
        ("9007199254740991k", 9007199254740991 * KIB),
    ],
)
def test_a_size_is_in_binary_multiples(text: Any, size: int):
    assert SIZE.parse(text) == size


@pytest.mark.parametrize("text", ["", "m", "1x", "64 megs", "-1", "1,5g", "1e3", "½m", "1m2k", "inf", ".5m"])
def test_what_is_no_size_is_refused_with_an_example(text: str):
    with pytest.raises(Invalid, match="not a size") as refused:
        SIZE.parse(text)
    assert "64m" in str(refused.value.help)


@given(st.integers(min_value=1, max_value=LARGEST))
def test_a_size_that_is_shown_reads_as_itself(size: int):
    assert parse_size(str(show_size(size))) == size


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        ("2", 2 * SECOND),
        (2, 2 * SECOND),
        (1.5, 3 * SECOND // 2),
        ("1.5s", 3 * SECOND // 2),
        ("250ms", SECOND // 4),
        ("10us", 10_000),
        ("1h30m", 5400 * SECOND),
        ("1h30m10s250ms", 5410 * SECOND + SECOND // 4),
        ("90m", 5400 * SECOND),
        ("0.1s", SECOND // 10),
    ],
)
def test_a_duration_is_in_nanoseconds(text: Any, nanoseconds: int):
    assert DURATION.parse(text) == nanoseconds


@pytest.mark.parametrize("text", ["", "s", "10 minutes", "1d", "-1s", "1h 30m", "1.s", "5S", "1e3", "1hour"])
def test_what_is_no_duration_is_refused_with_an_example(text: str):
    with pytest.raises(Invalid, match="not a duration") as refused:
        DURATION.parse(text)
    assert "30s" in str(refused.value.help)


@pytest.mark.parametrize(("codec", "text"), [(DURATION, "١s"), (SIZE, "١m"), (integer(), "١")])
def test_only_ascii_digits_count(codec: Codec, text: str):
    with pytest.raises(Invalid):
        codec.parse(text)


@given(st.integers(min_value=0, max_value=10**15))
def test_a_duration_that_is_shown_reads_as_itself(microseconds: int):
    assert parse_duration(str(show_duration(microseconds * 1000))) == microseconds * 1000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nginx -g 'daemon off;'", ("nginx", "-g", "daemon off;")),
        ('sh -c "echo $HOME && ls"', ("sh", "-c", "echo $HOME && ls")),
        (r"a\ b c", ("a b", "c")),
        ("", ()),
        ("a # b", ("a", "#", "b")),
        (["sh", "-c", "a  b"], ("sh", "-c", "a  b")),
        ([], ()),
    ],
)
def test_a_command_line_is_split_as_a_shell_would(text: Any, words: tuple[str, ...]):
    assert ARGV.parse(text) == words


@pytest.mark.parametrize("text", ["echo 'a", 'echo "a', "a\\"])
def test_a_command_line_with_an_open_end_is_refused(text: str):
    with pytest.raises(Invalid, match="cannot be split into words"):
        ARGV.parse(text)


@given(st.lists(TEXTS_FOR_A_PROCESS, max_size=5).map(tuple))
def test_a_command_line_that_is_shown_reads_as_itself(words: tuple[str, ...]):
    assert parse_argv(show_argv(words)) == words


@pytest.mark.parametrize("raw", ["a\0b", ["a\0b"]])
def test_a_command_with_a_null_character_is_refused(raw: str | list[str]):
    with pytest.raises(Invalid, match="null character"):
        parse_argv(raw)


@pytest.mark.parametrize("parse", [parse_integer, parse_size, parse_duration])
@pytest.mark.parametrize("raw", [str(2**63), "9" * 5000])
def test_a_number_that_no_engine_can_count_to_is_refused(parse: Callable[[Any], int], raw: str):
    with pytest.raises(Invalid, match="too large") as refused:
        parse(raw)
    assert len(refused.value.message) <= 120


@pytest.mark.parametrize(("raw", "value"), [(True, True), ("true", True), ("FALSE", False), (False, False)])
def test_a_boolean_is_true_or_false(raw: Any, value: bool):
    assert BOOLEAN.parse(raw) is value


@pytest.mark.parametrize("raw", ["yes", "on", 1, 0, "", None])
def test_nothing_else_is_a_boolean(raw: Any):
    with pytest.raises(Invalid, match="not a boolean"):
        BOOLEAN.parse(raw)


@pytest.mark.parametrize("raw", [True, "1.5", "many", "", None, "0x10", "1_000"])
def test_what_is_no_whole_number_is_refused(raw: Any):
    with pytest.raises(Invalid, match="not a whole number"):
        integer().parse(raw)


@pytest.mark.parametrize(("raw", "value"), [(3, 3), ("3", 3), (" -3 ", -3), ("+3", 3)])
def test_a_whole_number_may_be_a_text(raw: Any, value: int):
    assert integer().parse(raw) == value


def test_a_choice_names_the_words_that_there_are():
    codec = choice("missing", "always", "never")
    assert codec.parse("always") == "always"
    with pytest.raises(Invalid) as refused:
        codec.parse("sometimes")
    assert refused.value.help == "one of missing, always or never"


def test_a_form_is_kept_to_by_the_whole_text():
    codec = matching("a+", "letters a such as aa", clean=str.upper)
    assert codec.parse("aaa") == "AAA"
    for text in ("", "ab", "aa\n"):
        with pytest.raises(Invalid):
            codec.parse(text)


@pytest.mark.parametrize(
    ("path", "clean"), [("/", "/"), ("//a//b/", "/a/b"), ("/a/./b/../c", "/a/c"), ("/../a", "/a"), ("///", "/")]
)
def test_a_path_is_cleaned_as_the_engine_does(path: str, clean: str):
    assert normalize_path(path) == clean

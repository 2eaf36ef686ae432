"""Variables in the values of Compose files: the forms, what is no form, and where mistakes are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.compose.interpolation_syntax import substitute

VALUES = {"FULL": "f", "EMPTY": "", "_x": "low"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$FULL ${FULL} $_x", "f f low"),
        ("a$FULL-b$FULL.c", "af-bf.c"),
        ("${FULL:-a}${EMPTY:-b}${NO:-c}", "fbc"),
        ("${FULL-a}${EMPTY-b}${NO-c}", "fc"),
        ("${FULL:+a}${EMPTY:+b}${NO:+c}", "a"),
        ("${FULL+a}${EMPTY+b}${NO+c}", "ab"),
        ("${FULL:?x}${FULL?x}${EMPTY?x}", "ff"),
        ("${NO:-${EMPTY:-${FULL}}}", "f"),
        ("${NO:-a${FULL}b}c", "afbc"),
        ("{{${FULL}}} ${NO:-b}} ${NO:-{x}}", "{{f}} b} {x}"),
        ("${NO-a:-b} ${NO:-c?d} ${NO-c:?d}", "a:-b c?d c:?d"),
        ("${NO:-} ${NO-}", " "),
        ("$$FULL $${FULL} $$$FULL ${NO:-$${FULL}}", "$FULL ${FULL} $f ${FULL}"),
        ("$1 $ $. $é 5$", "$1 $ $. $é 5$"),
        ("${NO:-one}\n${NO:-two}", "one\ntwo"),
    ],
)
def test_references_are_replaced(text: str, result: str) -> None:
    found = substitute(text, VALUES.get)
    assert found.text == result
    assert found.mistakes == []


@pytest.mark.parametrize(
    "text",
    [
        "${",
        "${}",
        "${FULL",
        "${1}",
        "${FULL.x}",
        "${FULL/x/y}",
        "${FULL:}",
        "${FULL:=x}",
        "${FULL:-${OPEN}",
        "${NO:-a\nb}",
    ],
)
def test_what_is_no_reference_is_a_mistake(text: str) -> None:
    (mistake,) = substitute(text, VALUES.get).mistakes
    assert mistake.name is None


def test_a_variable_that_is_asked_for_is_told_with_its_message_as_written() -> None:
    (mistake,) = substitute("x ${EMPTY:?set $FULL}", VALUES.get).mistakes
    assert (mistake.name, mistake.message, mistake.at) == ("EMPTY", "set $FULL", 2)


def test_a_default_that_is_not_used_is_looked_at_as_compose_does() -> None:
    assert substitute("${FULL:-$NO}", VALUES.get).undefined == {"NO": 8}
    assert substitute("${FULL:-${NO:?asked}}", VALUES.get).mistakes[0].name == "NO"


def test_undefined_names_have_their_places() -> None:
    assert substitute("a $NO ${GONE} ${NO}", VALUES.get).undefined == {"NO": 2, "GONE": 6}


@given(st.text(alphabet="${}:-+?AB \n", max_size=60))
def test_any_text_is_either_replaced_or_a_mistake(text: str) -> None:
    found = substitute(text, VALUES.get)
    assert found.mistakes or isinstance(found.text, str)


@pytest.mark.parametrize("piece", ["${A-x}", "${A-", "${", "$A", "}", "${A-${B-"])
def test_many_references_take_no_more_time_than_they_are_long(piece: str) -> None:
    begin = time.process_time()
    substitute(piece * 20_000, {}.get)
    substitute(piece * 20_000 + "}", {}.get)
    assert time.process_time() - begin < 3

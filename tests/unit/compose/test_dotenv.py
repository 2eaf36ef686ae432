"""Env files as Compose reads them, which differs from runner's own: each line was read by Docker Compose 2.40.3."""

from __future__ import annotations

import pytest

from runner.compose.dotenv import parse_dotenv, parse_raw
from runner.core.diagnostic import Diagnostic, Severity
from runner.document.source import Source

CALLER = {"OUT": "o"}


def read(text: str) -> tuple[dict[str, str], list[Diagnostic]]:
    values: dict[str, str] = {}
    found: list[Diagnostic] = []
    parse_dotenv(Source.of("a.env", text), values, CALLER.get, found)
    return values, found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1 # c\nB=#x\nC= # y\nD=a#b\nE = f \n", {"A": "1", "B": "#x", "C": "# y", "D": "a#b", "E": "f"}),
        ("A='x' # c\nB='it\\'s $OUT'\n", {"A": "x", "B": "it's $OUT"}),
        ('A="x" B=2\n', {"A": "x", "B": "2"}),
        ('A="a\\tb\\n\\$OUT \\"q\\" \\q ${OUT} $OUT $$OUT"\n', {"A": 'a\tb\n$OUT "q" \\q o o $OUT'}),
        ('A="\\013 \\0 \\09 \\01234"\n', {"A": "\\13 \\ \\9 S4"}),
        ("A: 1\nB:2\nexport C=3\nexport D\nOUT\nGONE\n", {"A": "1", "B": "2", "C": "3", "OUT": "o"}),
        ('A="one\ntwo"\nB=${A}-x\nA=3\nB2=$A\n', {"A": "3", "B": "one\ntwo-x", "B2": "3"}),
        ("OUT=mine\nA=$OUT\n", {"OUT": "mine", "A": "o"}),
        ("a.b-c[0]=1\n1A=2\né=1\n", {"a.b-c[0]": "1", "1A": "2", "é": "1"}),
        ('A=x\r\nB="y"\r\nC=\r\n', {"A": "x", "B": "y", "C": ""}),
        ("A==b=c\nB=a:b\nexport=3\n", {"A": "=b=c", "B": "a:b", "export": "3"}),
        ("A=$$x $1 $\n", {"A": "$x $1 $"}),
        ("=1\nOUT", {"": "OUT"}),
    ],
)
def test_lines_are_read(text: str, values: dict[str, str]) -> None:
    assert read(text) == (values, [])


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("A=1\nB C=2\nD=3\n", "dotenv-syntax", "a.env:2:1"),
        ("A=1\nB+=2\nD=3\n", "dotenv-syntax", "a.env:2:1"),
        ('A=1\nB="2\nD=3\n', "dotenv-syntax", "a.env:2:3"),
        ("A=1\nB=${X\nD=3\n", "interpolation", "a.env:2:3"),
        ("A=1\nB=${X:?no}\nD=3\n", "missing-variable", "a.env:2:3"),
    ],
)
def test_a_mistake_has_a_place_and_the_lines_after_it_count(text: str, code: str, place: str) -> None:
    values, found = read(text)
    assert [(one.code, str(one.span), one.severity) for one in found] == [(code, place, Severity.ERROR)]
    assert values == {"A": "1", "D": "3"}


def test_a_reference_to_nothing_is_blank_with_a_warning_that_tells_no_value() -> None:
    values, found = read("A=secret$X\n")
    assert values == {"A": "secret"}
    assert [(one.code, one.severity) for one in found] == [("missing-variable", Severity.WARNING)]
    assert "secret" not in found[0].message


def test_raw_lines_keep_everything() -> None:
    values: dict[str, str] = {}
    found: list[Diagnostic] = []
    text = 'A="x" # y\n # c\n\tB=$A \r\nOUT\nGONE\nC=a=b\n D E=1\n'
    parse_raw(Source.of("a.env", text), values, CALLER.get, found)
    assert values == {"A": '"x" # y', "B": "$A ", "OUT": "o", "C": "a=b"}
    assert [str(one.span) for one in found] == ["a.env:7:1"]


def test_bytes_that_are_not_utf_8_become_what_compose_makes_of_them_with_a_warning() -> None:
    values: dict[str, str] = {}
    found: list[Diagnostic] = []
    source = Source.decoded("a.env", b"# caf\xe9\nA=1\nB=caf\xe9\xe9 # x\n")
    parse_dotenv(source, values, CALLER.get, found)
    assert values == {"A": "1", "B": "caf\ufffd\ufffd"}
    assert [(one.code, str(one.span), one.severity) for one in found] == [("not-utf8", "a.env:3:3", Severity.WARNING)]


def test_raw_lines_must_be_utf_8() -> None:
    values: dict[str, str] = {}
    found: list[Diagnostic] = []
    parse_raw(Source.decoded("a.env", b"A=1\n# caf\xe9\n"), values, CALLER.get, found)
    assert [(one.code, str(one.span), one.severity) for one in found] == [("not-utf8", "a.env:2:6", Severity.ERROR)]


def test_a_carriage_return_alone_ends_no_raw_line() -> None:
    values: dict[str, str] = {}
    found: list[Diagnostic] = []
    parse_raw(Source.of("a.env", "A=1\rB=2\nC=3\r\n"), values, CALLER.get, found)
    assert (values, found) == ({"A": "1\rB=2", "C": "3"}, [])

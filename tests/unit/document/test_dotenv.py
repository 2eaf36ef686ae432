"""Env files and `.env`: one reader, one table of cases, and docs/env-files.md tells the truth of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from runner.core.diagnostic import Severity
from runner.document.dotenv import Dotenv, parse_dotenv
from runner.document.source import Source

PAGE = Path(__file__).parents[3] / "docs" / "env-files.md"
CALLER = {"B": "caller's"}


def read(content: str | bytes) -> Dotenv:
    return parse_dotenv(
        Source.decoded("app.env", content if isinstance(content, bytes) else content.encode()), CALLER.get
    )


def page_rows() -> list[tuple[str, str]]:
    """Return line and value of each row of the page's table; ⏎ in a line stands for its end, values are JSON."""
    return re.findall(r"^\| `` ?(.+?) ?`` \| `` ?(.+?) ?`` \|", PAGE.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("line", "value"), page_rows())
def test_the_page_tells_the_truth(line: str, value: str):
    found = read(line.replace("⏎", "\n"))
    if value.startswith("error: "):
        assert found.values == {}
        assert [finding.message for finding in found.found] == [value.removeprefix("error: ")]
    else:
        assert (found.values, found.found) == (json.loads(value), [])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=#ff0000", {"A": "#ff0000"}),
        ("A=#", {"A": "#"}),
        ("A=#a#b", {"A": "#a#b"}),
        ("A= #a", {"A": ""}),
        ("A=\t#a", {"A": ""}),
        ("A=a\t# c", {"A": "a"}),
        ("A=a# c", {"A": "a# c"}),
        ("A=a #", {"A": "a"}),
        ("A=a ##b #c", {"A": "a"}),
        ("A='x'#c", {"A": "x"}),
        ('A="#" # c', {"A": "#"}),
        ("#A=1\n \t# B=2\nC=3", {"C": "3"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A='1\r\n2'\r\n", {"A": "1\n2"}),
        ('A="1\r\n2"\r\nB=3', {"A": "1\n2", "B": "3"}),
        ("\ufeffA=1", {"A": "1"}),
        ("\ufeff# c\nA=1", {"A": "1"}),
        ("\n# comment\n  A = 1  \n", {"A": "1"}),
        ("A=1\n\n\n", {"A": "1"}),
        ("export A=1\nexport  B\nexport\tC=2", {"A": "1", "B": "caller's", "C": "2"}),
        ("export=1\nexported=2", {"export": "1", "exported": "2"}),
        ("A=", {"A": ""}),
        ("A=''\nB=\"\"", {"A": "", "B": ""}),
        ("A\nB # the caller's\n", {"B": "caller's"}),
        ("A=1\nA", {"A": "1"}),
        ("B=1\nB", {"B": "caller's"}),
        ("A='x # y' # comment", {"A": "x # y"}),
        (r"A='\n$B\\'", {"A": r"\n$B\\"}),
        (r"A='it\'s'", {"A": "it's"}),
        (r'A="a\tb\n\"\\\$\q"', {"A": 'a\tb\n"\\$\\q'}),
        (r'A="\a\b\f\v\r\047"', {"A": "\a\b\f\v\r'"}),
        ('A="first\nsecond"\nB=1', {"A": "first\nsecond", "B": "1"}),
        ("A='# no comment\n# none'\nB=1", {"A": "# no comment\n# none", "B": "1"}),
        ("A=it's\nB=a\"b\"", {"A": "it's", "B": 'a"b"'}),
        ("A=C:\\new\\table\\", {"A": "C:\\new\\table\\"}),
        ("A=a\\\nB=1", {"A": "a\\", "B": "1"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A==1", {"A": "=1"}),
        ("A=a b  c ", {"A": "a b  c"}),
        ("spring.name=x\nwith-dash=y\n1st=z\nlist[0]=e\nÄ=ö", {
            "spring.name": "x", "with-dash": "y", "1st": "z", "list[0]": "e", "Ä": "ö",
        }),
        ("A=ümläut 😀", {"A": "ümläut 😀"}),
        ("URL=postgres://u:p@h/db?x=1&y=2#frag", {"URL": "postgres://u:p@h/db?x=1&y=2#frag"}),
        ("A=pa$word\nB=$1\nC=a$$b\nD=$(date)", {"A": "pa$word", "B": "$1", "C": "a$$b", "D": "$(date)"}),
        ("A='${B}'", {"A": "${B}"}),
        ("A=\x1b[0m", {"A": "\x1b[0m"}),
        ("", {}),
        ("\ufeff", {}),
    ],
)  # fmt: skip
def test_lines_give_values(text: str, values: dict[str, str]):
    found = read(text)
    assert (found.values, found.found, found.unfilled) == (values, [], {})


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("+A=2", 1, "expected KEY=VALUE"),
        ("=2", 1, "expected KEY=VALUE"),
        ("'A'=2", 1, "expected KEY=VALUE"),
        ("A: 2", 2, 'expected "=" after the key'),
        ("A B=2", 3, 'expected "=" after the key'),
        ("export A B", 10, 'expected "=" after the key'),
        ("A='x' y", 6, "unexpected text after the closing quote"),
        ("A='x'y", 6, "unexpected text after the closing quote"),
        ('A="x', 3, "quote is not closed"),
        (r"A='x\'", 3, "quote is not closed"),
    ],
)
def test_a_bad_line_is_reported_with_its_place_and_the_rest_is_read(line: str, column: int, message: str):
    found = read(f"FIRST=1\n{line}\nLAST=2\n")
    assert found.values == {"FIRST": "1", "LAST": "2"}
    assert [(finding.code, str(finding.span), finding.message) for finding in found.found] == [
        ("dotenv-syntax", f"app.env:2:{column}", message)
    ]


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b"A=1\nB=\xff\n", "app.env:2:3", "byte 0xff is not UTF-8"),
        (b"A=1\nB=a\0b\n", "app.env:2:4", "character U+0000 is not allowed here"),
        ("A=1\n".encode("utf-16"), "app.env:1:1", "byte 0xff is not UTF-8"),
    ],
)
def test_a_file_that_no_variable_can_come_of_is_refused_with_its_place(content: bytes, place: str, message: str):
    found = read(content)
    assert found.values == {}
    assert [(str(finding.span), finding.message) for finding in found.found] == [(place, message)]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("A=${B}", 3),
        ("A=pre${B}", 6),
        ('A="${B}"', 4),
        ("A=${B:-x} # c", 3),
        ("A=${B", 3),
        ('A="1\n${B}"', 1),
        (r"A=\${B}", 4),
        (r'A="\\${B}"', 6),
    ],
)
def test_a_reference_is_kept_with_a_warning_that_does_not_quote_it(line: str, column: int):
    found = read(line)
    assert "${B" in found.values["A"]
    warning = found.unfilled["A"]
    assert warning.severity is Severity.WARNING
    assert str(warning.span) == f"app.env:{1 + line.count(chr(10))}:{column}"
    assert "B" not in f"{warning.message}{warning.help}"


@pytest.mark.parametrize("line", ["A='${B}'", r'A="\${B}"', "A=$B", "A=1 # ${B}", "A=${B}\nA=1", "#A=${B}"])
def test_nothing_is_said_of_what_is_meant_so_or_no_reference(line: str):
    assert read(line).unfilled == {}


def test_reading_takes_time_in_proportion_to_the_size():
    text = "A='x\n" * 20_000 + 'B="y\n' * 20_000 + "C=a # c\n" * 20_000
    assert read(text).values["C"] == "a"

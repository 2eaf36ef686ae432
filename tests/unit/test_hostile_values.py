"""No value of a file takes more than linear time to read, however long and whatever it is made of."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest

import runner
from runner.core.values import is_decimal
from runner.document.dotenv import parse_dotenv
from runner.document.interpolation_syntax import parse
from runner.document.source import Source
from runner.kinds import SECTIONS
from runner.resource.codec import Invalid
from runner.resource.field import Field, Setting
from runner.workflow.build_context.dockerfile import read_dockerfile

ROWS = [(f"{section.name}.{row.name}", row) for section in SECTIONS.values() for row in section.rows]
PIECES = ["0", " ", "a", "\\", "1.", ":"]
LENGTH = 20_000
SECONDS = 2.0
"""What is quadratic takes minutes for this."""


@pytest.mark.parametrize("row", [row for _, row in ROWS], ids=[name for name, _ in ROWS])
def test_a_value_is_read_in_no_time(row: Field | Setting) -> None:
    for piece in PIECES:
        value = piece * (LENGTH // len(piece)) + "!"
        began = time.process_time()
        with suppress(Invalid, AttributeError, TypeError):  # what isn't a text at all, the schema refuses before
            row.codec.parse(value)
        assert time.process_time() - began < SECONDS, piece


TEXTS = ["a", " ", "#", "\\\n", "a='", 'a="\\', "${A:-", "<<a\n", "RUN a\\\n"]
DOCKERFILES = [
    *("FROM a\n", "FROM a AS b\n", "FROM a\\\nb\n", "FROM a\nCOPY --from=a --from=b\\\nc . .\n", "FROM a\nCOPY"),
    *("RUN --mount=from=a x\n", " --from=a", "COPY <<EOF /x\nhi\nEOF\n", "ARG A=$A$A\n"),
]


@pytest.mark.parametrize("piece", TEXTS)
def test_a_text_file_is_read_in_no_time(piece: str) -> None:
    text = piece * (LENGTH // len(piece))
    began = time.process_time()
    parse_dotenv(Source.of("env", text), lambda _name: None)
    parse(text)
    read_dockerfile(f"ARG A={text}\nFROM $A\n", "Dockerfile", {}, None)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("piece", DOCKERFILES)
def test_a_dockerfile_is_read_in_no_time(piece: str) -> None:
    text = f"FROM a AS first\nCOPY {piece * (2 * LENGTH // len(piece))}"
    for target in (None, "first"):
        began = time.process_time()
        read_dockerfile(text, "Dockerfile", {}, target)
        assert time.process_time() - began < SECONDS


def test_no_module_takes_for_a_number_what_cannot_be_read_as_one():
    sources = [path for path in Path(runner.__file__).parent.rglob("*.py") if path.name != "values.py"]
    assert not [path for path in sources if re.search(r"\.is(digit|decimal|numeric)\(", path.read_text())]
    assert [is_decimal(text) for text in ("0", "012", "", "-1", "\N{SUPERSCRIPT TWO}", "\u0663", "9" * 5000)] == [
        *(True, True, False, False, False, False, False)
    ]

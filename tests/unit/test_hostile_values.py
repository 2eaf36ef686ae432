"""No value of a file takes more than linear time to read, however long and whatever it is made of."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from runner.document.dotenv import parse_dotenv
from runner.document.source import Source
from runner.document.template import parse
from runner.kinds import SECTIONS
from runner.resource.codec import Invalid
from runner.resource.field import Field, Setting
from runner.workflow.building.dockerfile import read_dockerfile

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
        with suppress(Invalid, AttributeError):  # what isn't a text at all, the schema refuses before
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

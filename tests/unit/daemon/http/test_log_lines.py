"""A container's output comes in lines, however the engine cuts it into pieces."""

from __future__ import annotations

import struct
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runner.core.engine_answers import TimestampedLine
from runner.core.redact import Redactor
from runner.daemon.http.log_lines import written_lines

STAMP = b"2026-02-03T04:05:06.000000789Z "
MOMENT = 1770091506_000000789
PIECES = st.lists(st.tuples(st.sampled_from([1, 2]), st.sampled_from([b"one\n", b"tw", b"o\r\n", b"", b"\xff\n"])))


def framed(*written: tuple[int, bytes]) -> list[bytes]:
    """Write pieces as the engine sends them: each in a frame of its own, after the moment at which it was written."""
    return [struct.pack(">BxxxL", number, len(STAMP + content)) + STAMP + content for number, content in written]


@given(pieces=PIECES, cuts=st.lists(st.integers(0, 400)))
def test_frames_give_the_same_lines_wherever_they_are_cut(pieces: list[tuple[int, bytes]], cuts: list[int]) -> None:
    stream = b"".join(framed(*pieces))
    bounds = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    parts = [stream[start:end] for start, end in pairwise(bounds)]
    assert [*written_lines(parts, framed=True)] == [*written_lines([stream], framed=True)]


def test_lines_of_two_streams_do_not_mix_and_lose_nothing_but_their_stamps() -> None:
    stream = framed((1, b"out "), (2, b"err "), (1, b"one\n"), (2, b"two\n"), (2, b"rest"))
    assert [*written_lines(stream, framed=True)] == [
        TimestampedLine(MOMENT, "out one"),
        TimestampedLine(MOMENT, "err two"),
        TimestampedLine(MOMENT, "rest"),
    ]


def test_what_looks_like_a_stamp_is_left_where_it_was_written() -> None:
    line = STAMP + b"said twice\n"
    assert [*written_lines(framed((1, line)), framed=True)] == [TimestampedLine(MOMENT, line.decode().rstrip())]


def test_a_line_without_end_is_told_in_pieces_that_say_so_each_with_its_moment_and_a_secret_masked() -> None:
    mask = Redactor(frozenset({"TOP-SECRET-123"}))
    for pad in range(65_510, 65_540):
        line = STAMP + b"x" * pad + b"TOP-SECRET-123" + b"y" * 70_000
        for chunks, is_framed in ((framed((1, line[len(STAMP) :])), True), ([line[:65_537], line[65_537:]], False)):
            told = [*written_lines(chunks, framed=is_framed)]
            assert {one.moment for one in told} == {MOMENT}
            shown = [mask.text(one.line) for one in told]
            assert not any(part in one for one in shown for part in ("TOP-S", "T-123")), pad
            assert "".join(one.line.strip("…") for one in told) == line[len(STAMP) :].decode()


def test_a_long_line_of_a_terminal_has_no_stamps_but_the_first() -> None:
    content = b"".join(b"%07d " % number for number in range(6_000))
    pieces = [content[at : at + 16_384] for at in range(0, len(content), 16_384)]
    stream = b"".join(STAMP + piece for piece in pieces) + b"\r\n"
    assert [*written_lines([stream], framed=False)] == [TimestampedLine(MOMENT, content.decode())]


def test_a_moment_has_its_zone() -> None:
    there = b"2026-02-03T05:05:06.000000789+01:00 said\n"
    assert [*written_lines([there], framed=False)] == [TimestampedLine(MOMENT, "said")]


def test_a_line_without_an_end_is_told_before_it_fills_the_memory() -> None:
    endless = [STAMP, *([b"x" * 50_000] * 3), b"\n"]
    assert [len(written.line) for written in written_lines(endless, framed=False)] == [100_001, 50_001]

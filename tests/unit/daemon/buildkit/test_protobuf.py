"""Protobuf's wire format: what is written is read again, and nothing that isn't one goes unnoticed or hangs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.daemon.buildkit import protobuf as wire

NUMBERS = st.integers(min_value=1, max_value=2**29 - 1)


@given(NUMBERS, st.integers(min_value=1, max_value=2**64 - 1), NUMBERS, st.binary(min_size=1))
def test_what_is_written_is_read_again(first: int, value: int, second: int, content: bytes) -> None:
    assert list(wire.fields(wire.number(first, value) + wire.text(second, content))) == [
        (first, value),
        (second, content),
    ]


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=4))
def test_a_map_is_read_again(entries: dict[str, str]) -> None:
    written = [value for _, value in wire.fields(wire.table(3, entries))]
    assert wire.pairs(value for value in written if isinstance(value, bytes)) == entries


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1).filter(bool))
def test_a_negative_number_comes_back_with_its_sign(value: int) -> None:
    assert [wire.signed(found) for _, found in wire.fields(wire.number(1, value))] == [value]


def test_fixed_fields_are_passed_over() -> None:
    message = b"\x09" + bytes(8) + b"\x15" + bytes(4) + wire.text(3, "x")
    assert list(wire.fields(message))[-1] == (3, b"x")


@pytest.mark.parametrize("message", [b"\x0a\x05ab", b"\x08", b"\xff" * 11, b"\x0b", b"\x0d\x00"])
def test_what_is_no_message_is_malformed(message: bytes) -> None:
    with pytest.raises(wire.DecodeError):
        list(wire.fields(message))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_malformed(message: bytes) -> None:
    try:
        list(wire.fields(message))
    except wire.DecodeError:
        return

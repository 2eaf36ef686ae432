"""Protobuf's wire format, as far as BuildKit's messages need it. Knows no message types.

Unknown fields are skipped, so that messages of newer engines can be read. Source: the encoding page of the Protocol
Buffers documentation.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT: Final = 10
_MASK: Final = (1 << 64) - 1


class DecodeError(ValueError):
    """Bytes that are no protobuf message."""


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the value of each field; varints unsigned, fixed-width ones as bytes. Raises DecodeError.

    >>> list(fields(number(1, 300) + text(2, "hi")))
    [(1, 300), (2, b'hi')]
    """
    at, end = 0, len(message)
    while at < end:
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(message, at)
        elif kind in (_FIXED32, _FIXED64):
            length = 4 if kind == _FIXED32 else 8
        else:
            raise DecodeError(f"no such type of field: {kind}")
        if at + length > end:
            raise DecodeError("the message breaks off")
        yield tag >> 3, bytes(message[at : at + length])
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Decode a varint; return it with the offset behind it."""
    value = 0
    for position in range(_LONGEST_VARINT):
        if at >= len(message):
            raise DecodeError("the message breaks off")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:
            return value & _MASK, at
    raise DecodeError("a number that is too long")


def signed(value: int | bytes) -> int:
    """Interpret a varint as the signed number that it encodes; 0 for bytes."""
    if isinstance(value, bytes):
        return 0
    return value - (1 << 64) if value >> 63 else value


def words(value: int | bytes) -> str:
    """Decode bytes as text; what isn't UTF-8 becomes replacement characters."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def number(field: int, value: int) -> bytes:
    """Encode a number; 0 is omitted."""
    return _encoded(field << 3 | _VARINT) + _encoded(value & _MASK) if value else b""


def text(field: int, value: str | bytes) -> bytes:
    """Encode text or bytes, such as a message; empty ones are omitted."""
    content = os.fsencode(value) if isinstance(value, str) else value
    return message(field, content) if content else b""


def message(field: int, content: bytes) -> bytes:
    """Encode an embedded message, even an empty one."""
    return _encoded(field << 3 | _BYTES) + _encoded(len(content)) + content


def table(field: int, entries: Mapping[str, str]) -> bytes:
    """Encode a map of strings."""
    return b"".join(message(field, text(1, key) + text(2, value)) for key, value in entries.items())


def texts(field: int, values: Iterable[str]) -> bytes:
    """Encode a list of strings."""
    return b"".join(text(field, value) for value in values)


def pairs(entries: Iterable[bytes]) -> dict[str, str]:
    """Decode the entries of a map of strings."""
    found = (dict(fields(entry)) for entry in entries)
    return {words(entry.get(1, b"")): words(entry.get(2, b"")) for entry in found}


def _encoded(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)

"""A container's output, as the engine sends it bit by bit, in lines. Knows nothing of where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from runner.core.gateway import TimestampedLine
from runner.daemon.http.stream_frames import frames

_LONGEST = 64 * 1024
"""Bytes after which a line is told though its end hasn't come."""
_PIECE = 16 * 1024
"""Bytes that the engine takes of a line at a time (moby daemon/logger/copier.go)."""
_CUT = "…".encode()
"""Ends a line that goes on in the next one, and begins that: a secret is masked on both sides of it."""
_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ")
"""Seconds, their fraction, and the zone."""
_SECOND = 1_000_000_000


def written_lines(chunks: Iterable[bytes], *, framed: bool) -> Iterator[TimestampedLine]:
    """Yield the lines of one or two streams as soon as each is whole; `framed` is the engine's way of sending two.

    Every piece begins with the moment at which it was written: a line, or a part of one that was too long for it.

    >>> stamp = b"2026-02-03T04:05:06.5Z "
    >>> [said.line for said in written_lines([stamp + b"one\\r\\n", stamp + b"tw", b"o\\n"], framed=False)]
    ['one', 'two']
    """
    begun: dict[int, bytes] = {}
    for number, content in frames(chunks) if framed else ((1, chunk) for chunk in chunks):
        former = begun.get(number, b"")
        # A frame is one piece, and a piece that goes on with a line has a stamp which is no part of that.
        stamp = _STAMP.match(content) if framed and former else None
        *whole, rest = (former + content[stamp.end() if stamp else 0 :]).split(b"\n")
        if len(rest) > _LONGEST:
            begin = _STAMP.match(rest)
            whole, rest = [*whole, rest + _CUT], (begin[0] if begin else b"") + _CUT
        begun[number] = rest
        yield from (_written(line if framed else _joined(line)) for line in whole)
    ends = (rest if framed else _joined(rest) for rest in begun.values())
    yield from (_written(end) for end in ends if end and _STAMP.sub(b"", end, count=1) != _CUT)


def _joined(line: bytes) -> bytes:
    """Take the stamps out of a terminal's line with which the engine begins every piece of it that it wrote down."""
    begin = _STAMP.match(line)
    at = begin.end() + _PIECE if begin else len(line)
    while at < len(line) and (stamp := _STAMP.match(line, at)):
        line = line[:at] + line[stamp.end() :]
        at += _PIECE
    return line


def _written(line: bytes) -> TimestampedLine:
    stamp = _STAMP.match(line)
    text = line[stamp.end() :] if stamp else line
    return TimestampedLine(_moment(stamp) if stamp else 0, text.decode(errors="replace").rstrip("\r"))


def _moment(stamp: re.Match[bytes]) -> int:
    second, fraction, zone = (part.decode() for part in stamp.groups(default=b""))
    return int(datetime.fromisoformat(second + zone).timestamp()) * _SECOND + int(fraction.ljust(9, "0"))

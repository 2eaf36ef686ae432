"""A container's output, split into lines as its chunks arrive from the engine. Independent of their source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from runner.core.engine_answers import TimestampedLine
from runner.core.lazy_pattern import lazy_pattern
from runner.daemon.http.stream_frames import frames

_LONGEST = 64 * 1024
"""Bytes after which a line is emitted although its end hasn't arrived."""
_PIECE = 16 * 1024
"""Bytes of a line that the engine logs as one piece (moby daemon/logger/copier.go)."""
_CUT = "…".encode()
"""Ends a line that continues in the next one, and begins that: a secret is masked on both sides of it."""
_STAMP = lazy_pattern(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ")
"""Seconds, their fraction, and the time zone."""
_SECOND = 1_000_000_000


def written_lines(chunks: Iterable[bytes], *, framed: bool) -> Iterator[TimestampedLine]:
    """Yield the lines of one or two streams as soon as each is complete; with `framed` both are multiplexed into one.

    Every piece begins with the timestamp of its writing: a line, or a part of one that is longer than a piece.

    >>> stamp = b"2026-02-03T04:05:06.5Z "
    >>> [said.line for said in written_lines([stamp + b"one\\r\\n", stamp + b"tw", b"o\\n"], framed=False)]
    ['one', 'two']
    """
    begun: dict[int, bytes] = {}
    for number, content in frames(chunks) if framed else ((1, chunk) for chunk in chunks):
        former = begun.get(number, b"")
        # A frame is one piece; one that continues a line begins with a timestamp that isn't part of the line.
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
    """Remove from a terminal's line the timestamps with which the engine begins each logged piece after the first."""
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

"""Tables of the Linux kernel in /proc: rows of columns, with names in arbitrary bytes."""

from __future__ import annotations

import os

from runner.core.lazy_pattern import lazy_pattern

_ESCAPE = lazy_pattern(rb"\\([0-7]{3})")


def table_rows(table: bytes) -> list[list[bytes]]:
    r"""Split a table at newlines and spaces only: Python would also split at characters that the kernel doesn't escape.

    >>> table_rows(b"36  35 /a\x0bb rw\n")
    [[b'36', b'35', b'/a\x0bb', b'rw']]
    """
    return [[column for column in line.split(b" ") if column] for line in table.split(b"\n") if line]


def read_path(escaped: bytes) -> str:
    r"""Decode a path as escaped in mountinfo.

    >>> read_path(rb"/with\040blank")
    '/with blank'
    """
    return os.fsdecode(_ESCAPE.sub(lambda match: bytes([int(match[1], 8)]), escaped))

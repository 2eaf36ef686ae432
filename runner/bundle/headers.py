"""The headers of a tar as runner writes one: regular files, long names in GNU format; anything else is rejected.

Python's own reader keeps in memory whatever a header claims, and recurses for every header that describes the next one:
both are unsafe for a file from an untrusted source.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Final

from runner.core.struct import Struct

_BLOCK: Final = tarfile.BLOCKSIZE
_LONGEST_NAME: Final = 4096
_PLAIN: Final = (tarfile.REGTYPE, tarfile.AREGTYPE)


class NotPlain(tarfile.TarError):
    """A member that a bundle can't have."""


class Member(Struct):
    """A regular file in a tar, and the place of its content."""

    name: str
    offset: int
    size: int


def read_members(stream: BinaryIO) -> Iterator[Member]:
    """Yield the members of a seekable tar, up to its end mark or where it is truncated.

    Raises tarfile.TarError for a broken header, EOFError for truncated content, NotPlain for another type of member.
    """
    length = stream.seek(0, 2)
    at, name = 0, None
    while header := _header(stream, at):
        start = at + _BLOCK
        if header.size < 0 or start + header.size > length:
            raise EOFError("it is truncated")
        if header.type == tarfile.GNUTYPE_LONGNAME and name is None and header.size <= _LONGEST_NAME:
            name = _text(stream.read(header.size))
        elif header.type in _PLAIN:
            yield Member(header.name if name is None else name, start, header.size)
            name = None
        else:
            raise NotPlain(header.name)
        at = start + header.size + -header.size % _BLOCK


def _header(stream: BinaryIO, at: int) -> tarfile.TarInfo | None:
    stream.seek(at)
    block = stream.read(_BLOCK)
    if len(block) < _BLOCK or not any(block):
        return None
    return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")


def _text(content: bytes) -> str:
    return content.partition(b"\0")[0].decode("utf-8", "surrogateescape")

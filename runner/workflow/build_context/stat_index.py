"""The stat index: the last content digests of a context's files, by what the file system reports of them.

A file with the same device, inode, size and both times has the same content: the time of the last change (ctime) can't
be set by anyone. A file that changed just before it was read may have changed again without a trace, since timestamps
are coarse; such files aren't indexed. Names play no role. This module reads no files.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from typing import TypeAlias

Key: TypeAlias = tuple[int, int, int, int, int]
"""Device, inode, size, and the times of the last modification and the last change in nanoseconds."""

_RECORD = struct.Struct("<QQQqq?32s")
_HEAD = struct.Struct("<q")
_EARLIEST = -(1 << 63)
_FRESH_NS = 2_000_000_000
"""The coarsest timestamps of any file system are two seconds apart."""


CachedDigest: TypeAlias = tuple[bool, bytes]
"""Whether a file has extended attributes, and the digest of its content."""
Index: TypeAlias = Mapping[Key, CachedDigest]


def key_of(status: os.stat_result) -> Key:
    """Return the key that identifies one state of a file."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def settled(index: Index, began: int) -> Index:
    """Return the entries read since `began`, in nanoseconds of the clock, that stay reliable later."""
    last = began - _FRESH_NS
    return {key: held for key, held in index.items() if _EARLIEST <= key[3] < last and _EARLIEST <= key[4] < last}


def pack(index: Index, began: int) -> bytes:
    """Return an index as bytes, with the time at which its reading began."""
    return _HEAD.pack(began) + b"".join([_RECORD.pack(*key, *held) for key, held in index.items()])


def unpack(blob: bytes, now: int) -> Index:
    """Return a packed index; empty if it is damaged, or from the future: the clock was set back."""
    if len(blob) % _RECORD.size != _HEAD.size or _HEAD.unpack_from(blob)[0] > now:
        return {}
    records = _RECORD.iter_unpack(memoryview(blob)[_HEAD.size :])
    return {
        (device, inode, size, modified, changed): (has_attributes, digest)
        for device, inode, size, modified, changed, has_attributes, digest in records
    }

"""What the files of a context held when they were last read, by what the file system says of them.

A file whose device, inode, size and both times are the same has the same content: nobody can set the time of a
file's last change (ctime). What changed within moments of the reading may have changed once more without any trace,
as times are only so fine; such files aren't remembered. Names play no part. This module reads no files.
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
"""The coarsest times that a file system has are two seconds apart."""


CachedDigest: TypeAlias = tuple[bool, bytes]
"""Whether a file has extended attributes, and the digest of its content."""
Index: TypeAlias = Mapping[Key, CachedDigest]


def key_of(status: os.stat_result) -> Key:
    """Return what tells one state of a file from another."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def settled(index: Index, began: int) -> Index:
    """Return what can be relied on later of what was read since `began`, in nanoseconds of the clock."""
    last = began - _FRESH_NS
    return {key: held for key, held in index.items() if _EARLIEST <= key[3] < last and _EARLIEST <= key[4] < last}


def pack(index: Index, began: int) -> bytes:
    """Return an index as bytes, with the moment when its reading began."""
    return _HEAD.pack(began) + b"".join([_RECORD.pack(*key, *held) for key, held in index.items()])


def unpack(blob: bytes, now: int) -> Index:
    """Return what `pack` was given; nothing when that is damaged, or lies in the future: the clock went back."""
    if len(blob) % _RECORD.size != _HEAD.size or _HEAD.unpack_from(blob)[0] > now:
        return {}
    records = _RECORD.iter_unpack(memoryview(blob)[_HEAD.size :])
    return {
        (device, inode, size, modified, changed): (has_attributes, digest)
        for device, inode, size, modified, changed, has_attributes, digest in records
    }

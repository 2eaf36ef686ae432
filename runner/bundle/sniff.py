"""Cheap detection of bundles by their first bytes."""

from __future__ import annotations

from typing import Final

_MAGIC: Final = b"ustar"
_OFFSET: Final = 257


def is_tar(head: bytes) -> bool:
    """Return whether a file is a tar, of any kind, by its first 512 bytes."""
    return head[_OFFSET : _OFFSET + len(_MAGIC)] == _MAGIC

"""How a bundle is told from other files, at the price of a few bytes."""

from __future__ import annotations

from typing import Final

_MAGIC: Final = b"ustar"
_OFFSET: Final = 257


def is_tar(head: bytes) -> bool:
    """Tell by its first 512 bytes whether a file is a tar, of whatever sort."""
    return head[_OFFSET : _OFFSET + len(_MAGIC)] == _MAGIC

"""File names: how to print odd ones, and what changed between two looks at a folder."""

from __future__ import annotations

from enum import Enum

from runner.core.struct import Struct


class FileStatus(Enum):
    """How a file changed."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class FileChange(Struct):
    """Files with the same kind of change: how many, and the printable names of the first ones."""

    fate: FileStatus
    count: int
    first: tuple[str, ...]


def no_changes(_before: str) -> tuple[FileChange, ...]:
    """Return no changes: the former content is not known."""
    return ()


def printable_path(name: str) -> str:
    r"""Return a name with the bytes escaped that aren't UTF-8.

    >>> printable_path("caf\udce9")
    'caf\\xe9'
    """
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")

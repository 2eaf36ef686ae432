"""Files by their names: how odd ones are shown, and what became of them between two looks at a folder."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FileStatus(Enum):
    """What became of a file."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FileChange:
    """The files that met with one fate: how many, and the first of them by name, as they may be shown."""

    fate: FileStatus
    count: int
    first: tuple[str, ...]


def no_changes(_before: str) -> tuple[FileChange, ...]:
    """Return no changes: nobody remembers what was there."""
    return ()


def printable_path(name: str) -> str:
    r"""Return a name with the bytes escaped that aren't UTF-8.

    >>> printable_path("caf\udce9")
    'caf\\xe9'
    """
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")

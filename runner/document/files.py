"""The source of files' content: the disk, or a stored copy; independent of the format."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from runner.core.struct import Struct, field
from runner.document.access import Access


class Files(Struct):
    """Reader of accessible files; those `remembered`, by absolute path, come from the stored copy, not from disk.

    `seen` collects all that was read, by absolute path. What is only watched for changes has a fingerprint, by absolute
    path, which may be a pattern. Of secrets only the path is stored.
    """

    access: Access
    remembered: Mapping[str, bytes] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)
    seen_fingerprints: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)

    def fingerprint(self, pattern: Path, look: Callable[[], str]) -> str:
        """Return the fingerprint of the files that a path covers: the stored one, else that returned by `look`."""
        known = self.fingerprints.get(str(pattern))
        found = self.seen_fingerprints[str(pattern)] = look() if known is None else known
        return found

    def read(self, path: Path, most: int) -> bytes:
        """Return a file's content, at most `most` bytes when from disk; OSError when it can't be read."""
        absolute = _absolute(path)
        content = self.remembered.get(absolute)
        if content is None:
            content = self.access.root.read(path, most)
        self.seen[absolute] = content
        return content

    def read_unseen(self, path: Path, most: int) -> bytes:
        """Return a file's content from disk, without recording it in `seen`."""
        return self.access.root.read(path, most)

    def is_remembered(self, path: Path) -> bool:
        """Return whether a file is taken from the stored copy."""
        return _absolute(path) in self.remembered


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - removes "..", which Path.absolute() keeps

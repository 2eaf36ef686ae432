"""Where the content of files comes from: from disk, or as somebody remembers it; knows no format."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.document.access import Access


@dataclass(frozen=True, slots=True)
class Files:
    """Reads the files that may be read; those `remembered` by absolute path come as they are remembered, not from disk.

    `seen` collects all that was read, by absolute path. What is only looked at, to see whether it changes, has a
    fingerprint, by the absolute path that may be a pattern. Of what is secret only the path is kept.
    """

    access: Access
    remembered: Mapping[str, bytes] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)
    seen_fingerprints: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)

    def fingerprint(self, pattern: Path, look: Callable[[], str]) -> str:
        """Return the fingerprint of what a path covers, as it is remembered or as it comes of a look."""
        known = self.fingerprints.get(str(pattern))
        found = self.seen_fingerprints[str(pattern)] = look() if known is None else known
        return found

    def read(self, path: Path, most: int) -> bytes:
        """Return a file's content, from disk not more than `most` bytes of it; OSError when it can't be read."""
        absolute = _absolute(path)
        content = self.remembered.get(absolute)
        if content is None:
            content = self.access.root.read(path, most)
        self.seen[absolute] = content
        return content

    def read_unseen(self, path: Path, most: int) -> bytes:
        """Return a file's content as it is on disk, and remember nothing of it."""
        return self.access.root.read(path, most)

    def is_remembered(self, path: Path) -> bool:
        """Tell whether a file comes as it is remembered."""
        return _absolute(path) in self.remembered


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - takes out "..", which Path.absolute() leaves in

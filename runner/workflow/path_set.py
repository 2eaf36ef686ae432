"""Paths of a document, such as those that were refused, found by what they lie in."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from runner.document.document import Path


class PathSet:
    """Looking something up takes time by a path's length, not by how many there are."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = frozenset(paths)
        self._below: dict[Path, list[Path]] = {}
        for path in self._paths:
            for depth in range(len(path)):
                self._below.setdefault(path[:depth], []).append(path)

    def covers(self, path: Path) -> bool:
        """Tell whether a path, or something that it lies in, is one of them."""
        return any(path[:depth] in self._paths for depth in range(len(path) + 1))

    def at_or_below(self, path: Path) -> Collection[Path]:
        """Return those from a path on downwards."""
        below = self._below.get(path, [])
        return [path, *below] if path in self._paths else below

    def below(self, path: Path) -> Collection[Path]:
        """Return those inside of a path."""
        return self._below.get(path, [])

"""A set of document paths, such as rejected ones, with lookup by containment."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from runner.document.document import Path


class PathSet:
    """A set of paths; a lookup takes time proportional to the length of the path, not to the size of the set."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = frozenset(paths)
        self._below: dict[Path, list[Path]] = {}
        for path in self._paths:
            for depth in range(len(path)):
                self._below.setdefault(path[:depth], []).append(path)

    def covers(self, path: Path) -> bool:
        """Return whether a path, or one that contains it, is in the set."""
        return bool(self._paths) and any(path[:depth] in self._paths for depth in range(len(path) + 1))

    def at_or_below(self, path: Path) -> Collection[Path]:
        """Return the paths at or below a path."""
        below = self._below.get(path, [])
        return [path, *below] if path in self._paths else below

    def below(self, path: Path) -> Collection[Path]:
        """Return the paths below a path."""
        return self._below.get(path, [])

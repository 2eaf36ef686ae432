"""Globs: the files that a pattern covers; links to folders are followed only if the pattern names them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from runner.document.root import Root

_MAGIC = frozenset("*?[")
_ANY_DEPTH = "**"


def is_magic(text: str) -> bool:
    """Return whether a path has wildcards."""
    return not _MAGIC.isdisjoint(text)


def matching_files(folder: Path, parts: Sequence[str], root: Root) -> Iterator[Path]:
    """Yield the regular files below a folder that the parts of a pattern match, some possibly twice.

    A folder that can't be listed has none. Outside for a path that leads out of the root.
    """
    for path in _matches(folder, parts, root):
        if root.resolve(path).is_file():
            yield path


def _matches(folder: Path, parts: Sequence[str], root: Root) -> Iterator[Path]:
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if part == _ANY_DEPTH:
        for below in _folders_from(folder, root):
            yield from _matches(below, rest or ("*",), root)
    elif is_magic(part):
        for item in _listed(folder, root):
            if fnmatchcase(item.name, part):
                yield from _matches(folder / item.name, rest, root)
    else:
        yield from _matches(folder / part, rest, root)


def _folders_from(folder: Path, root: Root) -> Iterator[Path]:
    """Yield a folder and all folders below it."""
    waiting = [folder]
    while waiting:
        yield (at := waiting.pop())
        waiting += [at / item.name for item in _listed(at, root) if item.is_dir(follow_symlinks=False)]


def _listed(folder: Path, root: Root) -> list[os.DirEntry[str]]:
    real = root.resolve(folder)
    try:
        with os.scandir(real) as items:
            return list(items)
    except OSError:
        return []

"""Which part of a folder a build copies files from, given the paths that its Dockerfile names.

It may be more than is needed, never less: from the first wildcard on, a path stands for everything below it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from runner.core.build import ContextEntry, EntryType

_WILDCARDS: Final = frozenset("*?[\\")
_MOST_LINKS: Final = 255
"""The longest chain of symlinks."""


def select_entries(entries: Sequence[ContextEntry], paths: Sequence[str]) -> Sequence[ContextEntry]:
    """Return the entries at or below `paths`, in order, with the folders and links that lead there.

    Links are followed inside the folder, as far as they lead. Without paths, all entries are returned.
    """
    if not paths:
        return entries
    links = {entry.path: entry.target for entry in entries if entry.type is EntryType.LINK}
    wanted: set[str] = set()
    for path in paths:
        wanted.update(_ways(path, links))
    if "" in wanted:
        return entries
    leading = {parent for path in wanted for parent in _parents(path)}
    return [entry for entry in entries if entry.path in leading or _lies_in(entry.path, wanted)]


def _lies_in(path: str, wanted: set[str]) -> bool:
    return path in wanted or any(parent in wanted for parent in _parents(path))


def _parents(path: str) -> Iterator[str]:
    """Yield every parent folder of a path, innermost first.

    >>> list(_parents("a/b/c"))
    ['a/b', 'a']
    """
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _ways(path: str, links: Mapping[str, str]) -> Iterator[str]:
    """Yield the locations a path resolves to, link by link; what is at or below each is needed.

    A wildcard resolves through every link that it may match, as in BuildKit.
    """
    waiting, seen = [(path, 0)], {path}
    while waiting:
        path, followed = waiting.pop()
        at, met = "", list[str]()
        steps = iter([step for step in _clean(path).split("/") if step])
        for step in steps:
            if not _WILDCARDS.isdisjoint(step):
                met = [link for link in links if posixpath.dirname(link) == at]
                break
            at = f"{at}/{step}" if at else step
            if at in links:
                met = [at]
                break
        yield at
        rest = "/".join(steps)
        onward = {posixpath.join("/", posixpath.dirname(link), links[link], rest) for link in met} - seen
        if followed < _MOST_LINKS:
            waiting += [(way, followed + 1) for way in onward]
            seen |= onward


def _clean(path: str) -> str:
    """Normalize a path relative to the folder's root, which it can't escape.

    >>> _clean("../a/./b//c/")
    'a/b/c'
    """
    return posixpath.normpath(f"/{path}").lstrip("/")

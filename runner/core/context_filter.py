"""Which part of a folder a build takes files from, given the paths that its Dockerfile names.

It may be more than is needed, never less: from the first wildcard on, a path stands for all that lies there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from runner.core.build import ContextEntry, EntryType

_WILDCARDS: Final = frozenset("*?[\\")
_MOST_LINKS: Final = 255
"""One behind the other."""


def select_entries(entries: Sequence[ContextEntry], paths: Sequence[str]) -> Sequence[ContextEntry]:
    """Return the entries that lie at or below `paths`, in their order, with the folders and links that lead there.

    Links are followed inside of the folder, as far as they lead. Without paths it is all of them.
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
    """Yield every folder above a path, from the nearest.

    >>> list(_parents("a/b/c"))
    ['a/b', 'a']
    """
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _ways(path: str, links: Mapping[str, str]) -> Iterator[str]:
    """Yield where a path leads, link by link; what lies at or below each is needed.

    A wildcard leads wherever a link that it may take leads to, as BuildKit has it.
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
    """Return a path as it is seen from the folder's own root, out of which nothing leads.

    >>> _clean("../a/./b//c/")
    'a/b/c'
    """
    return posixpath.normpath(f"/{path}").lstrip("/")

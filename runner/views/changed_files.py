"""File changes, summarized to fit a width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runner.core.file_changes import FileChange
from runner.views.formatting import pluralize
from runner.views.text_width import cells, cut, printable

_MOST_NAMES: Final = 5
"""Names per status at most; nobody would read more."""


def changed_files(changes: Sequence[FileChange], room: int) -> str:
    """Count the files of each status in at most `room` cells, with as many of their names as fit.

    >>> from runner.core.file_changes import FileStatus
    >>> changed = FileChange(FileStatus.CHANGED, 2, ("app.py", "x.css"))
    >>> changes = (changed, FileChange(FileStatus.ADDED, 9, tuple("abcdefghi")))
    >>> changed_files(changes, 72)
    '2 files changed: app.py, x.css; 9 added: a, b, c, d, e and 4 more'
    >>> changed_files(changes, 60)
    '2 files changed: app.py, x.css; 9 added: a, b, c and 6 more'
    >>> changed_files(changes, 50)
    '2 files changed: app.py, x.css; 9 added'
    """
    shown = [min(_MOST_NAMES, len(change.first)) for change in changes]
    while cells(text := _listed(changes, shown)) > room and any(shown):
        last = max(index for index, names in enumerate(shown) if names)
        shown[last] -= 1
    return cut(text, room)


def _listed(changes: Sequence[FileChange], shown: Sequence[int]) -> str:
    parts = [_told(change, names) for change, names in zip(changes, shown, strict=True)]
    number, names = parts[0]
    return "; ".join((f"{pluralize(number, 'file')} {names}", *(f"{number} {names}" for number, names in parts[1:])))


def _told(change: FileChange, names: int) -> tuple[int, str]:
    named = [printable(name) for name in change.first[:names]]
    left = change.count - names
    more = f" and {left} more" if left else ""
    return change.count, f"{change.fate.value}: {', '.join(named)}{more}" if named else change.fate.value

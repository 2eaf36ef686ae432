"""The walk through a build context: which entries are sent, in which order, and their file status.

Contents and extended attributes aren't read here, links are never followed, and files removed meanwhile count as never
having existed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from runner.core.build import EntryType
from runner.core.file_changes import printable_path
from runner.core.phrase import reason_of
from runner.workflow.build_context.ignore import IgnoreRules, Verdicts

_TYPES = {
    stat.S_IFREG: EntryType.FILE,
    stat.S_IFDIR: EntryType.FOLDER,
    stat.S_IFLNK: EntryType.LINK,
    stat.S_IFIFO: EntryType.PIPE,
}
"""The types that are sent; sockets and devices are left out."""
_SHOWN = 80
"""Characters at both ends of a path that is too long for a message."""


class ContextError(Exception):
    """The context can't be read completely; the message names the obstacle."""


class Found(NamedTuple):
    """One entry to send, by its path relative to the root."""

    path: str
    type: EntryType
    status: os.stat_result
    target: str
    """The target of a link, as written."""


def unreadable(path: str, error: OSError) -> ContextError:
    """Return the error for an unreadable path, with the reason."""
    name = printable_path(path)
    if len(name) > 2 * _SHOWN:
        name = f"{name[:_SHOWN]}…{name[-_SHOWN:]}"
    return ContextError(f'cannot read "{name}": {reason_of(error)}')


def walk(root: str, rules: IgnoreRules) -> list[Found]:
    """Return the entries to send, each folder before its content, names in byte order. Raises ContextError."""
    return sorted(_walk(root, rules), key=_place)


def _place(found: Found) -> bytes:
    """Return a sort key that puts a folder's content right after it: no name has a null character."""
    return os.fsencode(found.path).replace(b"/", b"\0")


def _walk(root: str, rules: IgnoreRules) -> Iterator[Found]:
    """Yield the entries to send, unordered; an excluded folder is sent if something inside it is."""
    left_out: dict[str, os.DirEntry[str]] = {}
    waiting: list[tuple[str, Verdicts | None]] = [("", None)]
    while waiting:
        folder, above = waiting.pop()
        inside = f"{folder}/" if folder else ""
        for item in _scan(root, folder, may_fail=folder in left_out):
            path = inside + item.name
            is_left_out, verdicts = rules.matches(path, above)
            if item.is_dir(follow_symlinks=False) and (not is_left_out or rules.may_readmit_below(path)):
                waiting.append((path, verdicts))
                if is_left_out:
                    left_out[path] = item
            if not is_left_out and (found := _look(path, item)):
                yield found
                if left_out:
                    yield from _folders_above(path, left_out)


def _folders_above(path: str, left_out: dict[str, os.DirEntry[str]]) -> Iterator[Found]:
    """Yield the excluded folders above `path` that were not sent yet."""
    while "/" in path:
        path = path.rpartition("/")[0]
        if path in left_out and (found := _look(path, left_out.pop(path))):
            yield found


def _scan(root: str, folder: str, *, may_fail: bool) -> list[os.DirEntry[str]]:
    """List a folder; an excluded one without permission has nothing to send."""
    try:
        with os.scandir(f"{root}/{folder}") as items:
            return list(items)
    except OSError as error:
        is_gone = folder and isinstance(error, FileNotFoundError | NotADirectoryError)
        if is_gone or (may_fail and isinstance(error, PermissionError)):
            return []
        raise unreadable(folder or root, error) from error


def _look(path: str, item: os.DirEntry[str]) -> Found | None:
    """Return the entry of an item, None if it isn't sent or is gone."""
    try:
        status = item.stat(follow_symlinks=False)
        type = _TYPES.get(stat.S_IFMT(status.st_mode))
        # A Path would normalize the target.
        target = os.readlink(item.path) if type is EntryType.LINK else ""  # noqa: PTH115
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    return Found(path, type, status, target) if type else None

"""Content digests of a context: from the stat index where the file system shows no change, else by reading."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from runner.core.build import EntryType
from runner.workflow.build_context.hashing import digest_files
from runner.workflow.build_context.stat_index import Index, key_of
from runner.workflow.build_context.walk import Found, unreadable

Attributes: TypeAlias = tuple[tuple[str, bytes], ...]
"""Extended attributes sorted by name."""

_WITHOUT = frozenset({errno.ENOTSUP, errno.ENOENT, errno.ENOTDIR})
"""A file system without attributes, or a missing file: that is noticed elsewhere."""


class Contents(NamedTuple):
    """The contents read from a context."""

    digests: Mapping[str, bytes]
    """The digest of each file's content, by path; without files that are gone meanwhile."""
    attributes: Mapping[str, Attributes]
    """By path, only where there are any."""
    fresh: Index
    """Index entries of the files that had to be read."""


def read_contents(root: str, found: Sequence[Found], index: Index) -> Contents:
    """Read what the index lacks. Raises ContextError."""
    digests: dict[str, bytes] = {}
    asked: list[Found] = []
    unread: list[Found] = []
    for one in found:
        if one.type is EntryType.FILE:
            held = index.get(key_of(one.status))
            if held is None:
                unread.append(one)
                continue
            has_attributes, digests[one.path] = held
            if not has_attributes:
                continue
        asked.append(one)
    read = digest_files(root, unread)
    digests.update((path, one.digest) for path, one in read.items())
    attributes = {one.path: names for one in (*asked, *unread) if (names := _attributes(root, one))}
    fresh = {
        key_of(one.status): (one.path in attributes, digests[one.path])
        for one in unread
        if one.path in read and read[one.path].steady
    }
    return Contents(digests, attributes, fresh)


def _attributes(root: str, one: Found) -> Attributes:
    path = f"{root}/{one.path}"
    try:
        names = sorted(os.listxattr(path, follow_symlinks=False))
    except OSError as error:
        if error.errno in _WITHOUT:
            return ()
        raise unreadable(one.path, error) from error
    values = ((name, _attribute(path, name)) for name in names)
    return tuple((name, value) for name, value in values if value is not None)


def _attribute(path: str, name: str) -> bytes | None:
    try:
        return os.getxattr(path, name, follow_symlinks=False)
    except OSError:  # gone or not readable: BuildKit leaves it out as well
        return None

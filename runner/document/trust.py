"""Trust in files: runner reads back only files that no other user can have written.

The open file is checked, not its path: its owner must be one of those who may act for the user anyway, and nobody else
may have write permission. So it may lie in /tmp, or be reached by a symlink; a file that somebody else puts in its
place has another owner.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO


class ForeignFile(PermissionError):
    """A file that another user can have written; `reason` says who, as a phrase that follows its name."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(0, f"it {reason}", str(path))
        self.reason = reason


def require_own(stream: BinaryIO, path: Path, trusted: Iterable[int] = ()) -> None:
    """Raise ForeignFile if others than this user, root, or the `trusted` user ids own or can write an open file."""
    reason = foreign(os.fstat(stream.fileno()), trusted)
    if reason is not None:
        raise ForeignFile(path, reason)


def foreign(status: os.stat_result, trusted: Iterable[int] = ()) -> str | None:
    """Return how another user can have written a file or folder; None when none can."""
    if status.st_uid not in (os.geteuid(), 0, *trusted):
        return f"belongs to {_user(status.st_uid)}"
    if status.st_mode & stat.S_IWOTH:
        return "is writable by everyone"
    if status.st_mode & stat.S_IWGRP and not _is_private(status.st_gid, status.st_uid):
        return f"is writable by group {_group(status.st_gid)}"
    return None


def _is_private(gid: int, uid: int) -> bool:
    """Return whether a group has its owner as the only member, as where new files are group-writable (umask 002)."""
    if gid == 0:
        return True
    try:
        group, owner = grp.getgrgid(gid), pwd.getpwuid(uid)
    except KeyError:
        return False
    return owner.pw_gid == gid and group.gr_name == owner.pw_name and not {*group.gr_mem} - {owner.pw_name}


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)

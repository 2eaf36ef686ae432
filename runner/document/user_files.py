"""runner's private files on disk: their location, and checks that only their owner can write them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, TextIO

from runner.document.atomic_write import atomic_write, create
from runner.document.trust import ForeignFile, foreign, require_own

_OWN = 0o600


def xdg_dir(environ: Mapping[str, str], variable: str, *usual: str) -> Path:
    """Return a base folder of the XDG specification: the value of `variable`, else the default below the home folder.

    OSError when the user has no home.
    """
    base = Path(environ.get(variable, ""))
    if not base.is_absolute():  # as the specification requires
        base = Path(environ.get("HOME", ""), *usual)
    if not base.is_absolute():
        raise OSError(f"no home folder; set {variable}")
    return base


def make_folder(path: Path) -> None:
    """Create a folder and its missing parents with mode 0700; an existing one keeps its mode."""
    for folder in reversed(_missing(path)):
        folder.mkdir(mode=0o700, exist_ok=True)


def make_own_folder(path: Path, trusted: Iterable[int] = ()) -> None:
    """Create a folder as `make_folder` does; ForeignFile where another user (see `trust`) could replace it.

    That is possible in a folder that others may write to, unless it is root's and sticky, as /tmp is.
    """
    missing = _missing(path)
    there = missing[-1].parent if missing else path
    status = there.stat()
    is_sticky = status.st_uid == 0 and status.st_mode & stat.S_ISVTX
    if not (missing and is_sticky) and (reason := foreign(status, trusted)):
        raise ForeignFile(there, reason)
    make_folder(path)


def _missing(path: Path) -> list[Path]:
    return [one for one in (path, *path.parents) if not one.exists()]


def open_new(path: Path) -> TextIO:
    """Create a new file exclusively for writing, mode 0600."""
    return os.fdopen(create(path, _OWN), "w", encoding="utf-8")


def write_private(path: Path, content: bytes) -> None:
    """Write a file atomically, mode 0600."""
    with atomic_write(path, mode=_OWN) as stream:
        stream.write(content)


def open_own(path: Path, trusted: Iterable[int] = (), *, links: bool = False) -> BinaryIO:
    """Open a regular file that no other user can have written (see `trust`); OSError for any other.

    Only with `links` may it itself be a symlink.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if links else os.O_NOFOLLOW)
    stream = os.fdopen(os.open(path, flags), "rb")
    try:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        require_own(stream, path, trusted)
    except OSError:
        stream.close()
        raise
    return stream


def read_trusted(path: Path, most: int, trusted: Iterable[int] = (), *, links: bool = False) -> bytes:
    """Read a file that no other user can have written; OSError for any other, and for one larger than `most` bytes."""
    with open_own(path, trusted, links=links) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, "too large", str(path))
    return content

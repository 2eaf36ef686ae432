"""Atomic writes: a file is written completely or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

SHARED = 0o666
"""Mode of a new file, before the user's umask."""


@contextmanager
def atomic_write(path: Path, *, mode: int = SHARED) -> Iterator[BinaryIO]:
    """Open a temporary file for writing and rename it to `path` at the end; on an error, remove it.

    A symlink at `path` is replaced, since somebody else may have put it there, as is anything else but a folder.
    """
    if not path.name:
        raise OSError(errno.EISDIR, "not a file path", str(path))
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(create(half, mode), "w+b") as stream:
            yield stream
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def require_regular_file(path: Path) -> None:
    """Raise OSError where a file would replace a folder, a device or a pipe: that is a mistake."""
    if path.is_dir():
        raise OSError(errno.EISDIR, "is a directory", str(path))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "is a device or a pipe", str(path))


def create(path: Path, mode: int) -> int:
    """Create a new file exclusively, and return its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

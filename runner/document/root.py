"""Confinement of file access to a root folder: no path may lead out of it, neither by ".." nor by a symlink."""

from __future__ import annotations

import errno
import os
import select
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from runner.core.struct import Struct

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_STEP = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20
_PIPE_SECONDS = 30
"""Idle timeout in seconds of a pipe or terminal that is given as a file."""


class Outside(OSError):
    """A path outside of the root, whether it exists or not."""

    def __init__(self, path: Path, root: Path) -> None:
        super().__init__(errno.EACCES, f"outside of {root}", str(path))
        self.root = root


class Root(Struct):
    """A folder, by its real path; None: the whole file system. Every method raises Outside."""

    folder: Path | None = None

    @classmethod
    def below(cls, folder: Path) -> Root:
        """Return a folder as a root; OSError when it doesn't exist."""
        return cls(folder.resolve(strict=True))

    def resolve(self, path: Path) -> Path:
        """Return a path's real path, which lies below the root; without a root, the path as it is."""
        if self.folder is None:
            return path
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(self.folder):
            raise Outside(path, self.folder)
        return real

    def open(self, path: Path) -> BinaryIO:
        """Open a regular file; OSError for anything else, without blocking.

        A pipe is not even opened: its writer would take that for a reader, and lose it again.
        """
        if stat.S_ISFIFO(self.resolve(path).stat().st_mode):
            raise _irregular(path)
        stream = self._open(path)
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            stream.close()
            raise _irregular(path)
        return stream

    def read(self, path: Path, most: int) -> bytes:
        """Read at most `most` bytes of a file, a pipe or a device; below a root, of regular files only.

        OSError when it can't be read, or at an idle timeout.
        """
        with self._open(path) if self.folder is None else self.open(path) as stream:
            if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return stream.read(most)
            return b"".join(_pieces(stream.fileno(), most))

    def _open(self, path: Path) -> BinaryIO:
        descriptor = os.open(path, _READ) if self.folder is None else open_without_links(self.resolve(path))
        try:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
            return os.fdopen(descriptor, "rb")
        except OSError:
            os.close(descriptor)
            raise


def _irregular(path: Path) -> OSError:
    return OSError(errno.EINVAL, "not a regular file", str(path))


ANYWHERE = Root()
"""The whole file system."""


def open_without_links(path: Path) -> int:
    """Open the file at an absolute path without symlinks; OSError where one has been created since.

    A resolved path is only safe if nobody can put a symlink into it before it is opened, as a container can in a folder
    that it has mounted.
    """
    *folders, name = path.parts[1:] or (".",)
    at = os.open(path.anchor, _STEP)
    try:
        for folder in folders:
            below = os.open(folder, _STEP, dir_fd=at)
            os.close(at)
            at = below
        return os.open(name, _READ | os.O_NOFOLLOW, dir_fd=at)
    finally:
        os.close(at)


def _pieces(descriptor: int, most: int) -> Iterator[bytes]:
    """Yield chunks from a pipe or a device until its end, at most `most` bytes in all."""
    while most > 0:
        if not select.select([descriptor], [], [], _PIPE_SECONDS)[0]:
            raise TimeoutError(errno.ETIMEDOUT, f"no input received for {_PIPE_SECONDS} s")
        piece = os.read(descriptor, min(most, _CHUNK))
        if not piece:
            return
        most -= len(piece)
        yield piece

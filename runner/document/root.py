"""The folder that no path may lead out of, neither by its words nor by a link: what is in it is opened through here."""

from __future__ import annotations

import errno
import os
import select
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_STEP = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20
_PIPE_SECONDS = 30
"""How long a pipe or terminal that is given as a file may stay silent."""


class Outside(OSError):
    """A path that leads out of the root, whether there is something or not."""

    def __init__(self, path: Path, root: Path) -> None:
        super().__init__(errno.EACCES, f"outside of {root}", str(path))
        self.root = root


@dataclass(frozen=True, slots=True)
class Root:
    """A folder, by its path without links; without one, the whole file system. Every method raises Outside."""

    folder: Path | None = None

    @classmethod
    def below(cls, folder: Path) -> Root:
        """Return the root that is a folder; OSError when there is none."""
        return cls(folder.resolve(strict=True))

    def resolve(self, path: Path) -> Path:
        """Return a path that leads below the root and has no links; without a root, the path as it is."""
        if self.folder is None:
            return path
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(self.folder):
            raise Outside(path, self.folder)
        return real

    def open(self, path: Path) -> BinaryIO:
        """Open a regular file; OSError for anything else, without waiting for it.

        A pipe is not even opened: who writes to it would take that for its reader, and lose it again.
        """
        if stat.S_ISFIFO(self.resolve(path).stat().st_mode):
            raise _irregular(path)
        stream = self._open(path)
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            stream.close()
            raise _irregular(path)
        return stream

    def read(self, path: Path, most: int) -> bytes:
        """Read a file, a pipe or a device, not more than `most` bytes of it; below a root, regular files alone.

        OSError when it can't be read, or nothing comes of it for a while.
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
    """Open what an absolute path without links leads to; OSError where one has come in since.

    A resolved path is only safe if nobody can put a link into it before it is opened, as a container can into a folder
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
    """Yield what comes of a pipe or a device until its end, or until there is more than enough."""
    while most > 0:
        if not select.select([descriptor], [], [], _PIPE_SECONDS)[0]:
            raise TimeoutError(errno.ETIMEDOUT, f"nothing was written to it for {_PIPE_SECONDS} s")
        piece = os.read(descriptor, min(most, _CHUNK))
        if not piece:
            return
        most -= len(piece)
        yield piece

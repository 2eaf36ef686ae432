"""Digests of many files, computed in two threads where that is faster."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from threading import Event
from typing import NamedTuple

from runner.core.file_changes import printable_path
from runner.workflow.build_context.stat_index import key_of
from runner.workflow.build_context.walk import ContextError, Found, unreadable

_CHUNK = 1 << 18
_WORTH_A_THREAD = 16 << 20
"""Bytes; a thread for fewer would cost more than it saves."""


class Read(NamedTuple):
    """The digest of a file; `steady` unless the file changed while it was read."""

    digest: bytes
    steady: bool


def digest_files(root: str, files: Sequence[Found]) -> dict[str, Read]:
    """Read files and return their digests by path, without files that are gone. Raises ContextError."""
    if len(files) < 2 or sum(file.status.st_size for file in files) < 2 * _WORTH_A_THREAD:
        return dict(_digests(root, files, Event()))
    from concurrent.futures import ThreadPoolExecutor

    stop = Event()
    with ThreadPoolExecutor(2) as pool:
        halves = [pool.submit(lambda half: dict(_digests(root, half, stop)), half) for half in _halves(files)]
        try:
            return {path: read for half in halves for path, read in half.result().items()}
        finally:
            stop.set()  # whatever stops one half, such as an interruption, stops the other


def _halves(files: Sequence[Found]) -> tuple[Sequence[Found], Sequence[Found]]:
    """Split a sequence of files into two parts of about the same number of bytes."""
    left = sum(file.status.st_size for file in files) // 2
    for at, file in enumerate(files):
        left -= file.status.st_size
        if left < 0:
            return files[:at], files[at:]
    return files, ()


def _digests(root: str, files: Iterable[Found], stop: Event) -> Iterator[tuple[str, Read]]:
    buffer = memoryview(bytearray(_CHUNK))
    for file in files:
        if stop.is_set():
            return
        try:
            yield file.path, _read(f"{root}/{file.path}", file, buffer, stop)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise unreadable(file.path, error) from error


def _read(path: str, file: Found, buffer: memoryview, stop: Event) -> Read:
    """Digest one file; never block on what has replaced it since it was found."""
    digest = sha256()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ContextError(f'"{printable_path(file.path)}" changed while it was being read')
        while (count := os.readv(descriptor, [buffer])) and not stop.is_set():
            digest.update(buffer[:count])
        return Read(digest.digest(), key_of(os.fstat(descriptor)) == key_of(file.status))
    finally:
        os.close(descriptor)

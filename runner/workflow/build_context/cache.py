"""A cache that saves time between runs: blobs by name in a folder of the user's, which can be deleted without harm.

Failures here are never errors. A blob that is damaged, or that others could have written, counts as missing.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from runner.core.struct import Struct
from runner.document.user_files import make_folder, read_trusted, write_private

KEPT = 200
"""The limits: the number of most recently used blobs, their total size in bytes, and their age in seconds."""
KEPT_BYTES = 64 << 20
KEPT_SECONDS = 30 * 86_400

_FORMAT = "1"
"""To be changed when this version would misread existing blobs."""
_SEAL = 16


class Cache(Struct):
    """A folder of blobs; without a folder it caches nothing."""

    folder: Path | None = None

    def has(self, name: str) -> bool:
        """Return whether a blob exists, and mark it as used."""
        try:
            os.utime(self._path(name))
        except OSError:
            return False
        return True

    def get(self, name: str) -> bytes | None:
        """Return a blob and mark it as used; None if there is none."""
        with suppress(OSError):
            sealed = read_trusted(self._path(name), KEPT_BYTES)
            if sealed[:_SEAL] == _seal(name, sealed[_SEAL:]):
                self.has(name)
                return sealed[_SEAL:]
            self._path(name).unlink()
        return None

    def put(self, name: str, blob: bytes) -> None:
        """Save a blob, replacing an existing one, and prune those that are no longer used."""
        with suppress(OSError):
            path = self._path(name)
            make_folder(path.parent)
            write_private(path, _seal(name, blob) + blob)
            _prune(path.parent)

    def _path(self, name: str) -> Path:
        if self.folder is None:
            raise FileNotFoundError
        return self.folder / name


def _seal(name: str, blob: bytes) -> bytes:
    return blake2b(blob, digest_size=_SEAL, key=f"{_FORMAT} {name}".encode()).digest()


def _prune(folder: Path) -> None:
    """Remove blobs that were not used for long, and the least recently used beyond the size limits."""
    blobs = [(status.st_mtime, status.st_size, item.path) for item in os.scandir(folder) if (status := item.stat())]
    room = KEPT_BYTES
    for count, (used, size, path) in enumerate(sorted(blobs, reverse=True), start=1):
        room -= size
        if count > KEPT or room < 0 or used < time.time() - KEPT_SECONDS:
            with suppress(OSError):
                Path(path).unlink()

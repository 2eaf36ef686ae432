"""The files of a build context as they are sent: each with the content that was digested, or an error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from runner.core.build import ContextEntry
from runner.core.errors import StepFailed
from runner.core.phrase import reason_of
from runner.document.root import open_without_links

_CHUNK = 1 << 18


def contents(root: str, entry: ContextEntry) -> Iterator[bytes]:
    """Yield a file in chunks, `entry.size` bytes in all; raise StepFailed as soon as it is seen to have changed."""
    try:
        with os.fdopen(open_without_links(Path(root, entry.path)), "rb") as file:
            _require_unchanged(file, entry)
            left = entry.size
            while left and (chunk := file.read(min(left, _CHUNK))):
                yield chunk
                left -= len(chunk)
            _require_unchanged(file, entry, left)
    except FileNotFoundError as error:
        raise _changed(entry) from error
    except OSError as error:
        raise StepFailed(f'cannot read "{entry.path}": {reason_of(error)}', code="file-unreadable") from error


def _require_unchanged(file: BinaryIO, entry: ContextEntry, missing: int = 0) -> None:
    status = os.fstat(file.fileno())
    if missing or (status.st_size, status.st_mtime_ns) != (entry.size, entry.mtime_ns):
        raise _changed(entry)


def _changed(entry: ContextEntry) -> StepFailed:
    return StepFailed(f'"{entry.path}" changed while it was being read', help="run it again", code="file-changed")

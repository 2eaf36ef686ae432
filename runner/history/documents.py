"""Reading of the files of a run's record: each only if it is well-formed, and no other user can have written it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from runner.core.decode import decode
from runner.core.errors import UnusableFile
from runner.core.phrase import reason_of
from runner.core.strict_json import LARGEST, Malformed
from runner.document.trust import ForeignFile
from runner.document.user_files import read_trusted

T = TypeVar("T")


def read_document(path: Path, shape: type[T], trusted: Iterable[int]) -> T | None:
    """Return a document of a record, None when there is none; UnusableFile when it is invalid."""
    try:
        return decode(shape, read_trusted(path, LARGEST, trusted), file_names=True)
    except FileNotFoundError:
        return None
    except (OSError, Malformed) as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: OSError | ValueError) -> UnusableFile:
    """Return the error for a file that can't be read back."""
    if isinstance(error, ForeignFile):
        return UnusableFile(
            path, error.reason, help="run records must not be writable by other users", code="untrusted-file"
        )
    what = reason_of(error) if isinstance(error, OSError) else str(error)
    return UnusableFile(path, f"can't be read: {what}", code="broken-record")

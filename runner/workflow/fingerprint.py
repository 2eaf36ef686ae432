"""The content of files in a few characters, so that a change of it can be seen and told."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from runner.core.values import Digest

MAX_FILES = 20_000
"""More than anyone means; what covers more, such as a whole disk, would take minutes at every run."""

_CHUNK = 1024 * 1024
_MAGIC = frozenset("*?[")


class TooManyFiles(Exception):
    """A pattern that covers more files than can be looked at."""


def fingerprint(pattern: Path, *, contents: bool = True) -> str:
    """Digest a file, every file below a folder, or every file that a glob matches; names count too.

    Only regular files count. FileNotFoundError when there is none, TooManyFiles when there are too many.
    Without `contents` they are only looked for.
    """
    files = sorted(islice(_files(pattern), MAX_FILES + 1 if contents else 1))
    if not files:
        raise FileNotFoundError(str(pattern))
    if len(files) > MAX_FILES:
        raise TooManyFiles(f"more than {MAX_FILES} files")
    if not contents:
        return ""
    if files == [pattern]:
        return f"content {_digest(pattern)}"
    root = _root(pattern)
    listing = "".join(f"{file.relative_to(root)}\0{_digest(file)}\n" for file in files)
    whole = Digest.of_bytes(listing.encode(errors="surrogateescape")).text
    return f"{len(files)} {'file' if len(files) == 1 else 'files'}, content {whole}"


def _files(pattern: Path) -> Iterator[Path]:
    if pattern.is_dir():
        yield from (path for path in pattern.rglob("*") if path.is_file())
    elif pattern.is_file():
        yield pattern
    elif pattern.exists():
        raise OSError(errno.EINVAL, "not a regular file")
    else:
        root = _root(pattern)
        wanted = str(pattern.relative_to(root))
        yield from (path for path in (root.glob(wanted) if wanted != "." else ()) if path.is_file())


def _root(pattern: Path) -> Path:
    """Return the folder below which all that a pattern covers lies."""
    return next(path for path in (pattern, *pattern.parents) if not _MAGIC.intersection(str(path)))


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return Digest.of_chunks(iter(partial(stream.read, _CHUNK), b"")).text

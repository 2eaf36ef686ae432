"""Fingerprints of files: a short digest that shows whether their content has changed."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from runner.core.values import Digest
from runner.document.root import ANYWHERE, Root
from runner.workflow.glob import is_magic, matching_files

MAX_FILES = 20_000
"""More than anyone needs; a pattern that covers more, such as a whole disk, would take minutes in every run."""

_CHUNK = 1024 * 1024


class TooManyFiles(Exception):
    """A pattern that covers too many files to read."""


def fingerprint(pattern: Path, root: Root = ANYWHERE, *, contents: bool = True) -> str:
    """Digest a file, every file below a folder, or every file that a glob matches; names count too.

    Only regular files count. FileNotFoundError if there is none, TooManyFiles if there are too many, Outside if one
    leads out of the root. Without `contents` they only have to exist.
    """
    files = sorted(islice(_once(_files(pattern, root)), MAX_FILES + 1 if contents else 1))
    if not files:
        raise FileNotFoundError(str(pattern))
    if len(files) > MAX_FILES:
        raise TooManyFiles(f"more than {MAX_FILES} files")
    if not contents:
        return ""
    if files == [pattern]:
        return f"content {_digest(pattern, root)}"
    base = _base(pattern)
    listing = "".join(f"{file.relative_to(base)}\0{_digest(file, root)}\n" for file in files)
    whole = Digest.of_bytes(listing.encode(errors="surrogateescape")).text
    return f"{len(files)} {'file' if len(files) == 1 else 'files'}, content {whole}"


def _files(pattern: Path, root: Root) -> Iterator[Path]:
    base = _base(pattern)
    root.resolve(base)
    found = root.resolve(pattern)
    if found.is_dir():
        yield from matching_files(pattern, ("**",), root)
    elif found.is_file():
        yield pattern
    elif found.exists():
        raise OSError(errno.EINVAL, "not a regular file")
    elif pattern != base:
        yield from matching_files(base, pattern.relative_to(base).parts, root)


def _once(files: Iterator[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for file in files:
        if file not in seen:
            seen.add(file)
            yield file


def _base(pattern: Path) -> Path:
    """Return the folder that contains everything that a pattern covers."""
    return next(path for path in (pattern, *pattern.parents) if not is_magic(str(path)))


def _digest(file: Path, root: Root) -> str:
    with root.open(file) as stream:
        return Digest.of_chunks(iter(partial(stream.read, _CHUNK), b"")).text

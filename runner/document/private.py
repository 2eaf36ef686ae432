"""What runner keeps for itself on disk: where that is, and that it is its owner's alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from runner.document.whole import create, whole

_OWN = 0o600


def base_folder(environ: Mapping[str, str], variable: str, *usual: str) -> Path:
    """Return a base folder of the XDG specification: what `variable` says, else the usual place below home.

    OSError when the user has no home.
    """
    base = Path(environ.get(variable, ""))
    if not base.is_absolute():  # as the specification wants it
        base = Path(environ.get("HOME", ""), *usual)
    if not base.is_absolute():
        raise OSError(f"no home folder; set {variable}")
    return base


def make_folder(path: Path) -> None:
    """Make a folder with those above it, mode 0700; one that is there keeps its mode."""
    missing = [path, *path.parents]
    for folder in reversed([one for one in missing if not one.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)


def open_new(path: Path) -> TextIO:
    """Open a file that isn't there yet for writing, mode 0600."""
    return os.fdopen(create(path, _OWN), "w", encoding="utf-8")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, mode 0600, so that at no moment there is half of it."""
    with whole(path, mode=_OWN) as stream:
        stream.write(content)


def read_own(path: Path, most: int) -> bytes:
    """Read a file that nobody else can have written; OSError for any other, and for one of more than `most` bytes."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise PermissionError(f"{path} is not the user's own")
        if status.st_size > most:
            raise OSError(f"{path} is too large")
        return stream.read()

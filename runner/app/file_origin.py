"""The origin of a workflow: the machine and file it was applied from, recorded on the engine as HOST:PATH."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.core.sanitize import on_one_line

if TYPE_CHECKING:
    from runner.core.redact import Redactor


def origin_of(file: str, redactor: Redactor) -> str:
    """Return the HOST:PATH of a file on this machine, redacted, and safe for a label or a terminal."""
    path = os.path.abspath(file)  # noqa: PTH100 - removes "..", which Path.absolute() keeps
    return on_one_line(redactor.text(f"{os.uname().nodename}:{path}"))


def is_same_file(one: str, other: str) -> bool:
    """Return whether two origins are the same file; symlinks are only resolved on this machine."""
    return one == other or (_real_path(one) or one) == (_real_path(other) or other)


def _real_path(origin: str) -> str | None:
    """Return the resolved path of an origin on this machine; None for one on another machine."""
    here = f"{os.uname().nodename}:"
    return os.path.realpath(origin.removeprefix(here)) if origin.startswith(f"{here}/") else None

"""Which file on which machine a workflow was applied from, as it is put on record on the engine: HOST:PATH."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.core.sanitize import on_one_line

if TYPE_CHECKING:
    from runner.core.redact import Redactor


def origin_of(file: str, redactor: Redactor) -> str:
    """Return HOST:PATH of a file of this machine, without anything sensitive, fit for a label and for a terminal."""
    path = os.path.abspath(file)  # noqa: PTH100 - takes out "..", which Path.absolute() leaves in
    return on_one_line(redactor.text(f"{os.uname().nodename}:{path}"))


def is_same_file(one: str, other: str) -> bool:
    """Tell whether two of them are one file: links lead to the same only on this machine."""
    return one == other or (_real_path(one) or one) == (_real_path(other) or other)


def _real_path(origin: str) -> str | None:
    """Return where a path of this machine leads, None for another machine's."""
    here = f"{os.uname().nodename}:"
    return os.path.realpath(origin.removeprefix(here)) if origin.startswith(f"{here}/") else None

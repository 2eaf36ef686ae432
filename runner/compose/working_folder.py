"""The folder that a command stands in, named as Compose names it: projects and bind mounts are called after it."""

from __future__ import annotations

import os
from collections.abc import Mapping


def working_folder(environ: Mapping[str, str]) -> str:
    """Return the current folder, absolute: by the way that led there, which the shell knows, else without symlinks."""
    told = environ.get("PWD", "")
    try:
        is_here = os.path.isabs(told) and os.path.samestat(os.stat(told), os.stat("."))  # noqa: PTH116, PTH117 - no Path
    except (OSError, ValueError):
        is_here = False
    return os.path.normpath(told) if is_here else os.getcwd()  # noqa: PTH109 - a text

"""Detection of saved plans and bundles by their first bytes, since nearly every file is a workflow."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from runner.core.lazy_pattern import lazy_pattern
from runner.document.root import ANYWHERE, Root

FORMAT: Final = "runner plan"
_BEGINNING: Final = lazy_pattern(rb'\s*\{\s*"format"\s*:\s*"runner plan"')
_HEAD: Final = 512


def file_head(path: Path, root: Root = ANYWHERE) -> bytes:
    """Return the first bytes of a regular file; empty if it isn't one or can't be read, which its reader reports."""
    try:
        with root.open(path) as stream:
            return stream.read(_HEAD)
    except (OSError, ValueError):
        return b""


def is_plan_file(path: str) -> bool:
    """Return whether a file is a saved plan."""
    head = file_head(Path(path))
    return head.lstrip().startswith(b"{") and _BEGINNING.match(head) is not None

"""How a saved plan is told from a workflow: by how it begins, since nearly every file is a workflow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

FORMAT: Final = "runner plan"
_BEGINNING: Final = re.compile(rb'\s*\{\s*"format"\s*:\s*"runner plan"')


def content_if_saved(path: str) -> bytes | None:
    """Return what a saved plan holds; None when the file is none, or can't be read: that is told by whoever must."""
    try:
        content = Path(path).read_bytes()
    except OSError:
        return None
    return content if _BEGINNING.match(content) else None

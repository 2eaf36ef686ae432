"""Whether Python has to compile runner anew for each command, which takes longer than most commands."""

from __future__ import annotations

import os
import sys
from importlib.util import cache_from_source
from pathlib import Path


def slow_folder() -> Path | None:
    """Return runner's folder if its modules are not compiled, and stay so; None otherwise."""
    root = Path(__file__).parents[1]
    stays_so = sys.dont_write_bytecode or not os.access(root, os.W_OK)
    return root if stays_so and not all(map(_is_compiled, root.rglob("*.py"))) else None


def _is_compiled(source: Path) -> bool:
    try:
        return Path(cache_from_source(str(source))).stat().st_mtime >= source.stat().st_mtime
    except OSError:
        return False

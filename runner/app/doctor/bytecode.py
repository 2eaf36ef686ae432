"""The check whether Python has to compile runner anew for each command, which takes longer than most commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

from runner.app.doctor.subject import Client
from runner.core.examination import Finding, warning


def check_bytecode(_client: Client) -> Iterator[Finding]:
    """Warn if every command compiles runner's modules."""
    if (folder := slow_folder()) is not None:
        yield warning("python.compiles", folder=str(folder), python=sys.executable)


def slow_folder() -> Path | None:
    """Return runner's folder if its modules are not compiled, and stay so; None otherwise."""
    root = Path(__file__).parents[2]
    stays_so = sys.dont_write_bytecode or not os.access(root, os.W_OK)
    return root if stays_so and not all(map(_is_compiled, root.rglob("*.py"))) else None


def _is_compiled(source: Path) -> bool:
    try:
        return Path(cache_from_source(str(source))).stat().st_mtime >= source.stat().st_mtime
    except OSError:
        return False

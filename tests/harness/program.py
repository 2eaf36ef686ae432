"""A program of this machine with the libraries that it needs, for an image that has none."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path


def with_libraries(program: str, folder: Path) -> None:
    """Put a program and its libraries below `folder`, each at its own path."""
    found = shutil.which(program)
    assert found is not None, f"no {program} on this machine"
    listed = subprocess.run(["ldd", found], capture_output=True, text=True, check=True).stdout
    for path in (found, *re.findall(r"(/\S+) \(0x", listed)):
        target = folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)

"""How a bundle is told from other files, at the price of a few bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_MAGIC: Final = b"ustar"
_OFFSET: Final = 257


def is_tar(path: Path) -> bool:
    """Tell whether a file is a tar, of whatever sort; what can't be read is none."""
    try:
        with path.open("rb") as stream:
            return stream.read(_OFFSET + len(_MAGIC))[_OFFSET:] == _MAGIC
    except OSError:
        return False

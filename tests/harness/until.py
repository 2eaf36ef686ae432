"""Waiting for what becomes so by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_POLL = 0.1

Found = TypeVar("Found")


def until(look: Callable[[], Found], met: Callable[[Found], object], seconds: float = 20) -> Found:
    """Look again and again until what is found will do, and return it; AssertionError with it when it never does."""
    deadline = time.monotonic() + seconds
    while not met(found := look()):
        assert time.monotonic() < deadline, f"still {found} after {seconds:g} s"
        time.sleep(_POLL)
    return found

"""The one door to a terminal or a plain stream: whatever goes through it commands no terminal and deceives no reader.

It stands in for the process's own streams, so that nobody who writes has to remember: neither this code, nor click with
its errors, nor Python with a traceback. Only what views make of clean text themselves, colours and the cursor's ways,
goes past it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from runner.core.sanitize import sanitized


class Door:
    """A text stream that writes to another one, clean and spelt as its encoding can."""

    def __init__(self, stream: TextIO) -> None:
        self.unguarded = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write a text, and return how long it was."""
        self.unguarded.write(self._spelt(sanitized(text)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """Return what else the stream has, but for the way around the door."""
        if name in ("buffer", "unguarded"):
            raise AttributeError(name)
        return getattr(self.unguarded, name)

    def _spelt(self, text: str) -> str:
        return text if text.isascii() else text.encode(self._encoding, "replace").decode(self._encoding)


def guard_streams() -> None:
    """Put a door before standard output and standard error."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, Door):
            setattr(sys, name, Door(stream))


def unguarded(stream: TextIO) -> TextIO:
    """Return the stream behind a door, for who writes nothing but what is clean and what moves the cursor."""
    return cast("TextIO", getattr(stream, "unguarded", stream))

"""Guarded output streams: nothing written through them can send commands to a terminal or deceive a reader.

They replace the process's own streams, so that no writer has to remember: neither this code, nor click with its errors,
nor Python with a traceback. Only what views themselves add to clean text, colours and cursor movements, bypasses them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from runner.core.sanitize import sanitized


class Door:
    """A text stream that sanitizes what it writes to another one, and replaces what its encoding lacks."""

    def __init__(self, stream: TextIO) -> None:
        self.unguarded = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write a text, and return its length."""
        self.unguarded.write(self._spelt(sanitized(text)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """Return any other attribute of the stream, except those that bypass the guard."""
        if name in ("buffer", "unguarded"):
            raise AttributeError(name)
        return getattr(self.unguarded, name)

    def _spelt(self, text: str) -> str:
        return text if text.isascii() else text.encode(self._encoding, "replace").decode(self._encoding)


def guard_streams() -> None:
    """Guard standard output and standard error."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, Door):
            setattr(sys, name, Door(stream))


def unguarded(stream: TextIO) -> TextIO:
    """Return the stream behind the guard, for a writer of only clean text and cursor movements."""
    return cast("TextIO", getattr(stream, "unguarded", stream))

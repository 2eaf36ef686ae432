"""Output in which GitHub Actions finds no workflow command: there, any line of a log may set variables or hide others.

A command is a line that begins with `::`, or `##[` anywhere in one (actions/runner, ActionCommand.cs). runner's own go
past the guard.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, TextIO

from runner.core.lazy_pattern import lazy_pattern

_BEGIN: Final = lazy_pattern(r"(^|\r)([^\S\r]*):(?=:)")
_ANYWHERE: Final = "##["
_APART, _ESCAPED_IN_JSON = "## [", "#\\u0023["


class CommandGuard:
    """A text stream that writes whole lines, none of which is a command."""

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream
        self._begun = ""

    def write(self, text: str) -> int:
        """Write the lines that are complete."""
        *lines, self._begun = f"{self._begun}{text}".split("\n")
        if lines:
            self.raw.write("".join(f"{harmless(line)}\n" for line in lines))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write the rest."""
        self.raw.write(harmless(self._begun))
        self._begun = ""
        self.raw.flush()

    def command(self, line: str) -> None:
        """Write a command of runner's own, on a line of its own."""
        if self._begun:
            self.write("\n")
        self.raw.write(f"{line}\n")
        self.raw.flush()

    def __getattr__(self, name: str) -> Any:
        """Return any other attribute of the stream."""
        return getattr(self.raw, name)


def harmless(line: str) -> str:
    r"""Return a line that isn't a command; one of JSON with the same meaning.

    >>> harmless(" ::set-env name=A::b"), harmless("a ##[error]b"), harmless('{"a": "##[error]b"}')
    (' : :set-env name=A::b', 'a ## [error]b', '{"a": "#\\u0023[error]b"}')
    """
    if "::" in line:
        line = _BEGIN.sub(r"\1\2: ", line)
    return line.replace(_ANYWHERE, _ESCAPED_IN_JSON if line.startswith("{") else _APART)


def guard_commands() -> None:
    """Guard standard output and standard error; neither a terminal nor a file is read as a log."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not (stream.isatty() or _is_file(stream)):
            setattr(sys, name, CommandGuard(stream))


def _is_file(stream: TextIO) -> bool:
    with suppress(OSError):
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    return False

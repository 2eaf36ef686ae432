"""A terminal just good enough to show what a view leaves on it."""

from __future__ import annotations

import re

_PARTS = re.compile(r"\x1b\[(?P<numbers>[0-9;?]*)(?P<command>[A-Za-z])|(?P<control>[\r\n])|(?P<text>[^\x1b\r\n]+)")


class Screen:
    """Understands line ends, moving up, erasing, and ignores colours; scrolls without end.

    It wraps what is too long, and wraps all lines anew when its width changes, as most terminals do.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._lines: list[str] = [""]
        self._continued: set[int] = set()
        """The rows that continue the one before."""
        self._row = self._column = 0

    def feed(self, stream: str) -> Screen:
        for part in _PARTS.finditer(stream):
            if part["text"]:
                self._put(part["text"])
            elif part["control"]:
                self._control(part["control"])
            else:
                self._command(part["command"], part["numbers"])
        return self

    def resize(self, width: int) -> Screen:
        whole: list[str] = []
        for row, line in enumerate(self._lines):
            if row in self._continued:
                whole[-1] += line
            else:
                whole.append(line)
        assert self._row == len(self._lines) - 1, "the cursor is below everything"
        self._width, self._lines, self._continued = width, [], set()
        for line in whole:
            for start in range(0, max(1, len(line)), width):
                if start:
                    self._continued.add(len(self._lines))
                self._lines.append(line[start : start + width])
        self._row = len(self._lines) - 1
        return self

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._lines).rstrip("\n") + "\n"

    def _put(self, text: str) -> None:
        for character in text:
            if self._column == self._width:
                self._next_row()
                self._continued.add(self._row)
            line = self._lines[self._row].ljust(self._column)
            self._lines[self._row] = line[: self._column] + character + line[self._column + 1 :]
            self._column += 1

    def _next_row(self) -> None:
        self._column, self._row = 0, self._row + 1
        if self._row == len(self._lines):
            self._lines.append("")
        self._continued.discard(self._row)

    def _control(self, character: str) -> None:
        self._column = 0
        if character == "\n":
            self._next_row()

    def _command(self, command: str, numbers: str) -> None:
        if command == "A":
            self._row = max(0, self._row - int(numbers or 1))
        elif command == "K":
            self._lines[self._row] = self._lines[self._row][: self._column]
        elif command == "J":
            self._lines[self._row] = self._lines[self._row][: self._column]
            del self._lines[self._row + 1 :]
        else:
            assert command in "mhl", f"unknown command {command!r}"

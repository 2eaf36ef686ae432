"""A terminal just good enough to show what a view leaves on it."""

from __future__ import annotations

import re

_PARTS = re.compile(r"\x1b\[(?P<numbers>[0-9;?]*)(?P<command>[A-Za-z])|(?P<control>[\r\n])|(?P<text>[^\x1b\r\n]+)")


class Screen:
    """Understands line ends, moving up, erasing a line, and colours by ignoring them; scrolls without end."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lines: list[str] = [""]
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

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._lines).rstrip("\n") + "\n"

    def _put(self, text: str) -> None:
        line = self._lines[self._row].ljust(self._column)
        self._lines[self._row] = line[: self._column] + text + line[self._column + len(text) :]
        self._column += len(text)
        assert self._column <= self._width, f"the terminal would wrap: {self._lines[self._row]!r}"

    def _control(self, character: str) -> None:
        self._column = 0
        if character == "\n":
            self._row += 1
            if self._row == len(self._lines):
                self._lines.append("")

    def _command(self, command: str, numbers: str) -> None:
        if command == "A":
            self._row = max(0, self._row - int(numbers or 1))
        elif command == "K":
            self._lines[self._row] = ""
        else:
            assert command in "mhl", f"unknown command {command!r}"

"""What a terminal shows in the end of all that was written to it: lines of styled text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import pyte

_LINES = 400
"""More than any command here writes, so that nothing scrolls away."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text looks: `color` is a name such as "red", one such as "ff8800", or "default"."""

    color: str = "default"
    bold: bool = False
    italic: bool = False


Piece = tuple[Style, str]


def final_lines(written: str, columns: int) -> list[list[Piece]]:
    """Return the lines that are left on a terminal of this width, without the empty ones at the end."""
    screen = pyte.Screen(columns, _LINES)
    pyte.Stream(screen).feed(written.replace("\n", "\r\n"))
    lines = [_pieces([screen.buffer[row][column] for column in range(columns)]) for row in range(screen.cursor.y + 1)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def final_text(written: str, columns: int) -> list[str]:
    """Return the same without styles."""
    return ["".join(text for _, text in line) for line in final_lines(written, columns)]


def _pieces(cells: list[pyte.screens.Char]) -> list[Piece]:
    while cells and cells[-1].data == " ":
        cells.pop()
    return [(style, "".join(cell.data for cell in group)) for style, group in groupby(cells, _style)]


def _style(cell: pyte.screens.Char) -> Style:
    return Style(cell.fg, cell.bold, cell.italics)

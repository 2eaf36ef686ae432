"""The lowest lines of a terminal, redrawn in place; what is written above them stays.

After a change of width the terminal has wrapped the lines anew: how many they are now is computed from their lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from runner.views.canvas import BELOW, TO_END_OF_LINE, Canvas
from runner.views.lines import Line, text_of
from runner.views.text_width import cells
from runner.views.writer import LineWriter


class LiveRegion:
    """Draws lines at the bottom of a terminal; `writer` renders them for `stream`."""

    def __init__(self, stream: TextIO, writer: LineWriter) -> None:
        self._canvas = Canvas(stream)
        self._writer = writer
        self._drawn: list[str] = []
        self._lengths: list[int] = []
        self._width = 0

    def draw(self, above: Sequence[Line], lines: Sequence[Line], width: int, height: int) -> None:
        """Write lines above the region and redraw it, in a terminal of this size; do nothing if nothing changed."""
        drawn = [self._writer.render(line) for line in lines]
        same_size = width == self._width
        if not above and drawn == self._drawn and (same_size or not drawn):
            return
        # Erased first, lines that the terminal has wrapped are lines of their own again.
        parts = [self._back_to_start(width, height), "" if same_size else BELOW]
        parts += [self._writer.render(line) + TO_END_OF_LINE + "\n" for line in above]
        former = self._drawn if same_size and not above else []
        for number, line in enumerate(drawn):
            unchanged = number < len(former) and former[number] == line
            parts.append("\n" if unchanged else line + TO_END_OF_LINE + "\n")
        if len(drawn) < len(former) or not former:
            parts.append(BELOW)
        self._canvas.draw("".join(parts))
        self._drawn, self._width = drawn, width
        self._lengths = [cells(text_of(line).rstrip()) for line in lines]

    def close(self) -> None:
        """Leave what is drawn, and give the cursor back."""
        self._canvas.close()

    def _back_to_start(self, width: int, height: int) -> str:
        """Return the movement to the region's first line, which a terminal that is too low no longer shows."""
        rows = min(max(1, height - 1), sum(max(1, -(-length // width)) for length in self._lengths))
        return f"\r\x1b[{rows}A" if rows > 0 else "\r"

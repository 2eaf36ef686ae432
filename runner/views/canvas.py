"""Draws on a terminal: whole frames without a cursor; the terminal is given back as it was.

Each frame is one write, marked as synchronized for terminals that know that, so that nothing flickers. Lines overwrite
what was there instead of erasing it first, and leave the last cell free: a terminal that wraps late would erase that
cell with the rest of the line.
"""

from __future__ import annotations

from typing import Final, TextIO

TO_END_OF_LINE: Final = "\x1b[K"
"""Erases the rest of a line."""
BELOW: Final = "\x1b[J"
"""Erases everything from here on."""
_BEGIN: Final = "\x1b[?2026h"
_END: Final = "\x1b[?2026l"
_HIDE_CURSOR: Final = "\x1b[?25l"
_SHOW_CURSOR: Final = "\x1b[?25h"
_TO_OTHER_SCREEN: Final = "\x1b[?1049h"
"""To the alternate screen, which leaves what was shown before untouched."""
_FROM_OTHER_SCREEN: Final = "\x1b[?1049l"
_HOME: Final = "\x1b[H"


class Canvas:
    """The terminal behind a stream, taken over with the first frame."""

    def __init__(self, stream: TextIO, *, whole: bool = False) -> None:
        """Prepare to draw: on a screen of its own if `whole`, at its upper left corner, else where the cursor is."""
        self._stream = stream
        self._enter = f"{_TO_OTHER_SCREEN}{_HIDE_CURSOR}" if whole else _HIDE_CURSOR
        self._leave = f"{_SHOW_CURSOR}{_FROM_OTHER_SCREEN}" if whole else _SHOW_CURSOR
        self._start = _HOME if whole else ""
        self._is_taken = False

    def draw(self, text: str) -> None:
        """Show a text, with its own movements of the cursor, as a whole."""
        enter = "" if self._is_taken else self._enter
        self._is_taken = True  # before it is: the write may be interrupted
        self._stream.write(f"{_BEGIN}{enter}{self._start}{text}{_END}")
        self._stream.flush()

    def close(self) -> None:
        """Give the terminal back; what was drawn where the cursor was stays."""
        if self._is_taken:
            self._is_taken = False
            self._stream.write(self._leave)
            self._stream.flush()


def room(width: int) -> int:
    """Return how many cells of a line may be drawn on in a terminal of this width."""
    return max(1, width - 1)

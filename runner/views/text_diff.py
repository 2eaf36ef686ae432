"""The difference of two texts as a few lines; how many more there are is counted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from runner.core.struct import Struct
from runner.core.values import Marker, Value

_CONTEXT: Final = 1
MOST_LINES: Final = 12
GAP: Final = "@@"
"""Stands for lines that both texts have."""


class TextDiff(Struct):
    """Lines that were removed ("-"), were added ("+") or stayed (" "); between distant ones stands a GAP."""

    lines: tuple[tuple[str, str], ...]

    @property
    def summary(self) -> str:
        """Count what was added and removed.

        >>> TextDiff((("-", "a"), ("+", "b"), ("+", "c"))).summary
        '+2 -1 lines'
        """
        counts = {mark: sum(1 for which, _ in self.lines if which == mark) for mark in "+-"}
        counted = " ".join(f"{mark}{number}" for mark, number in counts.items() if number)
        if not counted:
            return "only line ends differ"
        return f"{counted} line" if sum(counts.values()) == 1 else f"{counted} lines"


def text_diff(before: Value | Marker, after: Value | Marker) -> TextDiff | None:
    """Compare two texts line by line; None if neither has several lines, or one isn't a text.

    >>> text_diff("a\\nb\\n", "a\\nc\\n").lines
    ((' ', 'a'), ('-', 'b'), ('+', 'c'))
    """
    texts = [("" if side is None else side) for side in (before, after)]
    if not any(isinstance(text, str) and "\n" in text for text in texts):
        return None
    old, new = ([*text.splitlines()] if isinstance(text, str) else None for text in texts)
    return None if old is None or new is None else TextDiff(tuple(_lines(old, new)))


def _lines(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    from difflib import unified_diff  # few plans need it

    without_names = islice(unified_diff(old, new, n=_CONTEXT, lineterm=""), 2, None)
    for number, line in enumerate(without_names):
        if not line.startswith("@@"):
            yield line[0], line[1:]
        elif number:
            yield GAP, ""

"""The width of text on a terminal, and fitting text to a width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from unicodedata import combining, east_asian_width

from runner.core.sanitize import without_escapes

ELLIPSIS: Final = "…"


def cells(text: str) -> int:
    """Return the number of cells that printable text takes.

    >>> cells("web"), cells("日本")
    (3, 4)
    """
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def cut(text: str, room: int) -> str:
    """Truncate text to `room` cells, with an ellipsis in place of what is missing.

    >>> cut("service.web", 8), cut("web", 8)
    ('service…', 'web')
    """
    if cells(text) <= room:
        return text
    kept, used = [], cells(ELLIPSIS)
    for character in text:
        used += _cells_of(character)
        if used > room:
            break
        kept.append(character)
    return "".join(kept) + ELLIPSIS if room > 0 else ""


def cut_start(text: str, room: int) -> str:
    """Truncate text to `room` cells at its start, for names that differ in their ends.

    >>> cut_start("service.web[12]", 10)
    '…e.web[12]'
    """
    return cut(text[::-1], room)[::-1]


def cut_middle(text: str, room: int) -> str:
    """Truncate text to `room` cells in its middle, for names whose both ends matter.

    >>> cut_middle("image.registry.example.com/shop:1.2", 20)
    'image.reg…m/shop:1.2'
    """
    if cells(text) <= room:
        return text
    start = cut(text, room // 2)
    return start + cut_start(text, room - cells(start) + 1).removeprefix(ELLIPSIS)


def shares(widths: Sequence[int], room: int) -> list[int]:
    """Distribute `room` cells among columns of these widths; wide columns get what narrow ones don't need.

    >>> shares([4, 30, 50], 44), shares([4, 30], 80)
    ([4, 20, 20], [4, 30])
    """
    given = dict.fromkeys(range(len(widths)), 0)
    for left, column in zip(range(len(widths), 0, -1), sorted(given, key=widths.__getitem__), strict=True):
        given[column] = min(widths[column], room // left)
        room -= given[column]
    return list(given.values())


def pad(text: str, room: int) -> str:
    """Pad text with blanks to `room` cells."""
    return text + " " * (room - cells(text))


def printable(line: str) -> str:
    """Make a foreign line safe to show: without escape sequences, and only what is visible after carriage returns.

    >>> printable("10%\\r100% \\x1b[32mdone\\x1b[0m")
    '100% done'
    """
    if line.isprintable():
        return line
    visible = line.rstrip("\r\n").rpartition("\r")[2]
    return "\t".join(map(without_escapes, visible.split("\t"))).expandtabs(4)


def _cells_of(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1

"""Lines as values: pieces of text with a role each; the style of a role is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from runner.core.lazy_pattern import lazy_pattern
from runner.views.text_width import cells, cut

Piece: TypeAlias = tuple[str, str]
"""A role and a text; the role "" is plain text."""
Line: TypeAlias = tuple[Piece, ...]
_WORD: Final = lazy_pattern(r"\s*\S+|\s+$")
"""A word with the blanks before it."""


def text_of(line: Iterable[Piece]) -> str:
    """Return a line's text without its roles.

    >>> text_of((("error", "failed"), ("", ": no such image")))
    'failed: no such image'
    """
    return "".join(text for _, text in line)


def indented(lines: Iterable[Line], by: int = 4) -> Iterator[Line]:
    """Indent lines."""
    for line in lines:
        yield (("", " " * by), *line)


def aligned(rows: Sequence[Sequence[Line]], gap: int = 2) -> Iterator[Line]:
    """Align rows of cells in columns as wide as their widest cell; rows may have different lengths.

    >>> [text_of(line) for line in aligned([[(("", "a"),), (("", "1"),)], [(("", "long"),), (("", "2"),)]])]
    ['a     1', 'long  2']
    """
    widths: dict[int, int] = {}
    for row in rows:
        for column, cell in enumerate(row[:-1]):
            widths[column] = max(widths.get(column, 0), _width(cell))
    for row in rows:
        padded = [(*cell, ("", " " * (widths[column] - _width(cell) + gap))) for column, cell in enumerate(row[:-1])]
        yield tuple(piece for cell in (*padded, *row[-1:]) for piece in cell)


def _width(line: Line) -> int:
    return cells(text_of(line))


def truncate(line: Line, room: int) -> Line:
    """Truncate a line to `room` cells, keeping the roles of what remains.

    >>> truncate((("name", "service.web"), ("", " ready")), 14)
    (('name', 'service.web'), ('', ' r…'))
    """
    if _width(line) <= room:
        return line
    kept: list[Piece] = []
    for role, text in line:
        shortened = cut(text, room) if cells(text) > room else text
        kept.append((role, shortened))
        room -= cells(shortened)
        if room <= 0 or shortened != text:
            break
    return tuple(kept)


def wrap_line(line: Line, room: int, hang: int = 4) -> Iterator[Line]:
    """Wrap a line at blanks where it is wider than `room`, and indent the continuation lines.

    >>> [text_of(part) for part in wrap_line((("error", "web failed"), ("", ": it ended with exit code 3")), 18)]
    ['web failed: it', '    ended with', '    exit code 3']
    """
    begun: list[Piece] = []
    used = least = 0
    for role, text in line:
        for word in _WORD.findall(text):
            if used > least and used + cells(word.rstrip()) > room:
                yield tuple(begun)
                begun, used, least, word = [("", " " * hang)], hang, hang, word.lstrip()
            former = begun.pop()[1] if begun and begun[-1][0] == role else ""
            begun.append((role, former + word))
            used += cells(word)
    yield tuple(begun)

"""A table of named columns, fitted to a width: the least important columns are left out, and that is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from runner.core.struct import Struct
from runner.views.formatting import pluralize
from runner.views.lines import Line, aligned, text_of, truncate, wrap_line
from runner.views.text_width import cells

ABSENT: Final = "-"
"""Stands in a cell for what there is nothing to say about."""


class Column(Struct):
    """A column and its cells, one for each row; of the columns that don't fit, those with the lowest rank stay."""

    title: str
    cells: Sequence[Line]
    rank: int = 0


class Table(Struct):
    """The lines of a table, titles first, and the titles of the columns that didn't fit."""

    lines: tuple[Line, ...]
    hidden: tuple[str, ...] = ()


def fit(columns: Iterable[Column], width: int | None) -> Table:
    """Return the table with as many columns as fit, at least two; lines that are still too wide are cut."""
    every = list(columns)
    kept = list(every)
    while width is not None and len(kept) > 2 and _width(kept) > width:
        kept.remove(max(kept, key=lambda column: column.rank))
    lines = _lines(kept) if width is None else (truncate(line, width) for line in _lines(kept))
    return Table(tuple(lines), tuple(column.title for column in every if column not in kept))


def hidden_note(table: Table, width: int | None) -> Iterator[Line]:
    """Yield the line that tells which columns are hidden, and where they are shown; none if all fit."""
    if table.hidden:
        names = ", ".join(table.hidden)
        told = f"{pluralize(len(table.hidden), 'column')} hidden: {names}; wider window or -o json"
        yield from wrap_line((("quiet", told),), width or cells(told), hang=2)


def cell(text: str | None, role: str = "") -> Line:
    """Return a cell of one piece; a dash for nothing."""
    return ((role if text else "", text or ABSENT),)


def _lines(columns: Sequence[Column]) -> Iterator[Line]:
    titles: list[Line] = [(("title", column.title),) for column in columns]
    return aligned([titles, *(list(row) for row in zip(*(column.cells for column in columns), strict=True))])


def _width(columns: Sequence[Column]) -> int:
    return max(cells(text_of(line)) for line in _lines(columns))

"""Positions in source files."""

from __future__ import annotations

from runner.core.struct import Struct


class Position(Struct, order=True):
    """A line and a column, both from 1; the column counts characters."""

    line: int
    column: int


class Span(Struct, order=True):
    """A range in a file, from `start` up to but not including `end`.

    `file` is a path that the user can open from the current folder.

    >>> str(Span("workflow.yaml", Position(3, 5), Position(3, 9)))
    'workflow.yaml:3:5'
    """

    file: str
    start: Position
    end: Position

    def __str__(self) -> str:
        return f"{self.file}:{self.start.line}:{self.start.column}"

"""A run's end in words: what failed and why, what was not done, what was, and the count of it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from runner.core.event import State
from runner.views.board import Board, Row
from runner.views.lines import Line, aligned, fitted, indented
from runner.views.measure import printable
from runner.views.sentences import done, duration, outcome, state

_NOT_DONE: Final = (State.SKIPPED, State.CANCELLED, State.PENDING, State.WAITING)
_DONE: Final = (State.READY, State.SUCCEEDED, State.REMOVED)


def summary(board: Board, width: int = 120) -> Iterator[Line]:
    """Yield the lines that a finished run leaves behind, the most important last.

    Only the list of what was done is cut to `width` cells; a reason never is.
    """
    for row in board.among(State.FAILED, State.ROLLED_BACK):
        yield from _failure(row)
    if not_done := list(board.among(*_NOT_DONE)):
        yield (("warning", "not done:"),)
        yield from indented(aligned([_not_done(row) for row in not_done]), 2)
    if finished := list(board.among(*_DONE)):
        yield (("good", "done:"),)
        yield from (fitted(line, width) for line in indented(aligned(list(_done(finished))), 2))
    if board.finished is not None:
        role = "good" if board.finished.exit_code == 0 else "error"
        yield ((role, outcome(board.finished)),)


def trouble(help: str | None, tail: Iterable[str]) -> Iterator[Line]:
    """Yield what is known beside a failure's cause: the way out, and what the thing itself said last."""
    if help:
        yield (("help", "help: "), ("", printable(help)))
    for line in tail:
        yield (("quiet", "│ "), ("", printable(line)))


def _failure(row: Row) -> Iterator[Line]:
    took = f" after {duration(row.last.elapsed_ms)}" if row.last and row.last.elapsed_ms else ""
    why = f": {row.detail}" if row.detail else ""
    yield (("error", f"{row.address} {state(row.state)}{took}"), ("", why))
    if row.last is not None:
        yield from indented(trouble(row.last.help, row.last.tail))


def _not_done(row: Row) -> list[Line]:
    return [(("name", str(row.address)),), (("", row.verb),), (("quiet", row.detail or state(row.state)),)]


def _done(rows: list[Row]) -> Iterator[list[Line]]:
    """Yield a row of cells for each verb, with all that it was done to."""
    for verb, same in groupby(sorted(rows, key=lambda row: row.verb), key=lambda row: row.verb):
        yield [(("", done(verb)),), (("name", ", ".join(str(row.address) for row in same)),)]

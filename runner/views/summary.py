"""The summary of a run: what failed and why, what was not done, what was done, and the counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap
from typing import Final

from runner.core.event import CheckFinished, Transition
from runner.core.resource_state import State
from runner.views.diagnostics import more_about
from runner.views.formatting import duration, past_participle
from runner.views.lines import Line, aligned, indented, wrap_line
from runner.views.messages import labelled_state, outcome, state
from runner.views.next_steps import HowCalled, next_steps
from runner.views.run_state import Row, RunState
from runner.views.text_width import printable

_NOT_DONE: Final = (State.SKIPPED, State.CANCELLED, State.PENDING, State.WAITING)
_DONE: Final = (State.READY, State.SUCCEEDED, State.REMOVED)
_BOUNDLESS: Final = 1_000_000
"""The width of an output that is no terminal."""
_INDENT, _GAP, _LEAST_ROOM, _MOST_LINES = 2, 2, 20, 3


def summary(run_state: RunState, width: int = _BOUNDLESS, call: HowCalled | None = None) -> Iterator[Line]:
    """Yield the lines that a finished run leaves behind, the most important last; what to type next only with a `call`.

    Sentences are wrapped to `width` cells; a long list of what was done is reduced to its beginning and a count.
    """
    yield from result_details(run_state, width)
    if run_state.finished is not None:
        role = "good" if run_state.finished.exit_code == 0 else "error"
        yield from wrap_line(((role, outcome(run_state.finished)),), width)
        if run_state.started is not None and call is not None:
            yield from next_steps(run_state, call, width)


def result_details(run_state: RunState, width: int = _BOUNDLESS) -> Iterator[Line]:
    """Yield what failed, what was not done, and what was."""
    failed = list(run_state.among(State.FAILED, State.ROLLED_BACK))
    for row in failed:
        yield from _failure(row, width)
    yield from more_about(row.last.code for row in failed if row.last and row.last.code)
    if not_done := list(run_state.among(*_NOT_DONE)):
        yield (("warning", "not done:"),)
        yield from indented(aligned([_not_done(row) for row in not_done]), 2)
    if finished := list(run_state.among(*_DONE)):
        yield (("good", "done:"),)
        yield from indented(aligned(list(_done(finished, width - _INDENT))), _INDENT)


def failure_lines(event: Transition | CheckFinished) -> Iterator[Line]:
    """Yield the details of a failure besides its cause: location, help, and output of the engine and the resource."""
    if isinstance(event, Transition) and event.place:
        yield (("quiet", "at: "), ("", printable(f"{event.place} ({event.key})")))
    if event.help:
        yield (("help", "help: "), ("", printable(event.help)))
    if isinstance(event, Transition) and event.detail:
        yield (("quiet", "engine: "), ("quiet", printable(event.detail)))
    for line in event.tail:
        yield (("quiet", "│ "), ("", printable(line)))


def _failure(row: Row, width: int) -> Iterator[Line]:
    took = f" after {duration(row.last.elapsed_ms)}" if row.last and row.last.elapsed_ms else ""
    why = f": {row.reason}" if row.reason else ""
    word = labelled_state(row.last) if row.last else state(row.state)
    yield from wrap_line((("error", f"{row.address} {word}{took}"), ("", why)), width)
    if row.last is not None:
        yield from indented(failure_lines(row.last))


def _not_done(row: Row) -> list[Line]:
    return [(("name", str(row.address)),), (("", row.verb),), (("quiet", row.reason or state(row.state)),)]


def _done(rows: list[Row], width: int) -> Iterator[list[Line]]:
    """Yield rows of cells for each verb, with all its resources, or the first of them and how many more."""
    verbs = {verb: [*same] for verb, same in groupby(sorted(rows, key=lambda row: row.verb), key=lambda row: row.verb)}
    room = max(_LEAST_ROOM, width - max(len(past_participle(verb)) for verb in verbs) - _GAP)
    for verb, same in verbs.items():
        names = [str(row.address) for row in same]
        first, *others = _listed(names, room)
        yield [(("", past_participle(verb)),), (("name", first),)]
        for line in others:
            yield [(("", ""),), (("name", line),)]


def _listed(names: list[str], room: int) -> list[str]:
    lines = wrap(", ".join(names), room, break_long_words=False, break_on_hyphens=False)
    if len(lines) <= _MOST_LINES:
        return lines
    kept = lines[:_MOST_LINES]
    shown = sum(line.count(",") for line in kept)
    return [*kept, f"and {len(names) - shown} more"]

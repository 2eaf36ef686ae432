"""What to type after a run that didn't succeed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from runner.core.resource_state import State
from runner.core.struct import Struct
from runner.views.lines import Line, aligned, indented, text_of
from runner.views.run_state import RunState
from runner.views.text_width import cells

_MOST_LOGS: Final = 3
_UNSUCCESSFUL: Final = ("failed", "cancelled", "rolled_back")
_GOES_ON: Final = "; what is done stays done"
_GOES_BACK: Final = "rollback"
_INDENT: Final = 2
_WIDEST: Final = 100
"""Cells of a line with a command and what it is for; what is longer stands on two."""


class Call(Struct):
    """How the command of a run was called. Each text is made for a shell, with a blank before it unless it is empty."""

    engine: str = ""
    """The options that select the engine."""
    workflow: str | None = ""
    """The file or the name by which other commands find the workflow; None if there is neither."""
    again: str = ""
    """The whole line; empty if it would do something else now, or must not be shown."""


HowCalled: TypeAlias = Callable[[], Call]
"""Asked only after a run that didn't succeed."""


def next_steps(run: RunState, call: HowCalled, width: int) -> Iterator[Line]:
    """Yield the commands that tell why a run failed, and the one that goes on; nothing after one that succeeded."""
    if run.finished is None or run.finished.result not in _UNSUCCESSFUL:
        return
    rows: list[list[Line]] = [[(("name", command),), (("quiet", why),)] for command, why in _commands(run, call())]
    if rows:
        yield (("help", "next:"),)
        yield from indented(_lines(rows, min(width, _WIDEST) - _INDENT), _INDENT)


def _lines(rows: list[list[Line]], width: int) -> Iterator[Line]:
    """Yield a line for each command, or two; a command is never broken, since it is there to be copied."""
    lines = list(aligned(rows))
    if all(cells(text_of(line)) <= width for line in lines):
        yield from lines
        return
    for command, why in rows:
        yield command
        yield from indented([why], _INDENT)


def _commands(run: RunState, call: Call) -> Iterator[tuple[str, str]]:
    """Yield commands, each with what it is for."""
    import shlex

    assert run.started is not None
    assert run.finished is not None
    if call.workflow is not None:
        file = f" --file{call.workflow}" if call.workflow else ""
        for row in [row for row in run.among(State.FAILED) if row.has_run][:_MOST_LOGS]:
            yield f"runner logs {shlex.quote(str(row.address))}{call.engine}{file}", "all that it wrote"
        if run.finished.result != "cancelled":
            yield f"runner show {run.run_id}{call.workflow}", "all events of this run"
        if run.started.command == _GOES_BACK:
            yield f"runner history{call.workflow}", "the runs to go back to"
    if call.again and run.started.command != _GOES_BACK:
        yield f"runner{call.again}", _why(run.finished.result)


def _why(result: str) -> str:
    """Return what the same command is good for after a run with this result."""
    if result == "cancelled":
        return "go on where this run was interrupted"
    return f"once it is mended{_GOES_ON if result == 'failed' else ''}"

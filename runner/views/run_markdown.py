"""The result of a run as Markdown: in one line, and what failed and what was done below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runner.core.event import LogRecord
from runner.views.lines import text_of
from runner.views.markdown import code, fenced
from runner.views.messages import NO_RESULT, outcome
from runner.views.run_state import RunState
from runner.views.summary import result_details

_MOST_LINES: Final = 40


def run_markdown(records: Iterable[LogRecord]) -> str:
    """Return the result of the run with these records."""
    run = RunState()
    for record in records:
        run.apply(record)
    return result_markdown(run)


def result_markdown(run: RunState) -> str:
    """Return the result of a run."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: RunState) -> Iterator[str]:
    if run.finished is None:
        yield f"**{NO_RESULT}**"
        return
    yield f"**{code(outcome(run.finished))}**"
    lines = list(map(text_of, result_details(run)))
    if lines:
        yield ""
        more = [f"… {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
        yield from fenced([*lines[:_MOST_LINES], *more])

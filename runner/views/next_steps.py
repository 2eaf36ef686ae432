"""What to type after a run that didn't succeed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.core.resource_state import State
from runner.views.lines import Line, aligned, indented
from runner.views.run_state import RunState

_DEFAULT_FILE: Final = "workflow.yaml"
_MOST_LOGS: Final = 3
_UNSUCCESSFUL: Final = ("failed", "cancelled", "rolled_back")
_GOES_ON: Final = "; what is done stays done"
_GOES_BACK: Final = "rollback"


def next_steps(run: RunState) -> Iterator[Line]:
    """Yield the commands that tell why a run failed, and the one that goes on; nothing after one that succeeded."""
    if run.finished is not None and run.finished.result in _UNSUCCESSFUL:
        yield (("help", "next:"),)
        yield from indented(aligned([[(("name", command),), (("quiet", why),)] for command, why in _commands(run)]), 2)


def _commands(run: RunState) -> Iterator[tuple[str, str]]:
    """Yield commands, each with what it is for."""
    assert run.started is not None
    assert run.finished is not None
    source = _source(run)
    for row in [row for row in run.among(State.FAILED) if row.has_run][:_MOST_LOGS]:
        yield " ".join(["runner logs", str(row.address), *(["--file", source] if source else [])]), "all that it wrote"
    if run.finished.result != "cancelled":
        yield " ".join(["runner show", run.run_id, *([source] if source else [])]), "all events of this run"
    if run.started.command == _GOES_BACK:
        yield " ".join(["runner history", *([source] if source else [])]), "the runs to go back to"
    else:
        yield " ".join(["runner", run.started.command, *([source] if source else [])]), _why(run)


def _why(run: RunState) -> str:
    """Return what the same command is good for after this run."""
    assert run.started is not None
    assert run.finished is not None
    if run.finished.result == "cancelled":
        return "go on where this run was interrupted"
    return f"once it is mended{_GOES_ON if run.finished.result == 'failed' else ''}"


def _source(run: RunState) -> str:
    """Return the file of a run, or the workflow's name if it had none, as a word for a shell; empty for the default."""
    import shlex

    assert run.started is not None
    source = run.started.file or run.workflow
    return "" if source == _DEFAULT_FILE else shlex.quote(source)

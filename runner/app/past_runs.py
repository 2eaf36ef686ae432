"""The runs of a workflow recorded on this client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.core.errors import UnusableFile, UsageError
from runner.history.store import StoredRun, find_runs, last_run, list_runs, state_folder

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.engine import Engine

_TOLD = 3
"""Maximum number of unusable records named in warnings."""


def past_runs(workflow: str, workspace: Workspace) -> list[StoredRun]:
    """Return the recorded runs of a workflow, newest first; notify of unusable records.

    UsageError if the records can't be read."""
    with _reading(workspace) as left_out:
        return list_runs(state_folder(workspace.environ), workflow, workspace.trusted_users, left_out)


def last_runs(workflows: Iterable[str], engine: Engine, address: str, workspace: Workspace) -> dict[str, StoredRun]:
    """Return the last recorded run of each workflow on an engine, which is reached at an address.

    Unusable records are notified of, and once if none can be read.
    """
    found: dict[str, StoredRun] = {}
    try:
        for workflow in workflows:
            with _reading(workspace) as left_out:
                root, trusted = state_folder(workspace.environ), workspace.trusted_users
                run = last_run(root, workflow, lambda header: header.is_on(engine.id, address), trusted, left_out)
            found |= {workflow: run} if run else {}
    except UsageError as error:
        workspace.warn(error.code, error.message)
    return found


@contextmanager
def _reading(workspace: Workspace) -> Iterator[list[UnusableFile]]:
    """Notify of the unusable records that are added to the list; raise UsageError if none can be read."""
    left_out: list[UnusableFile] = []
    try:
        yield left_out
    except OSError as error:
        raise UsageError(str(error), code="file-unreadable") from error
    finally:
        for record in left_out[:_TOLD]:
            workspace.warn("broken-record", f"skipped: {record.message}")
        if len(left_out) > _TOLD:
            workspace.warn("broken-record", f"and {len(left_out) - _TOLD} more records")


def find_run(runs: list[StoredRun], prefix: str, workflow: str) -> StoredRun:
    """Return the run whose ID starts with a prefix; UsageError if there is none or more than one."""
    found = find_runs(runs, prefix)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(run.id for run in found)
        raise UsageError(f'"{prefix}" is ambiguous: {ids}', code="ambiguous-run")
    raise UsageError(
        f'no run "{prefix}" of {workflow} recorded here; see runner history {workflow}', code="unknown-run"
    )


def last_apply_before_present(runs: list[StoredRun], workflow: str) -> StoredRun:
    """Return the last successful apply of the whole workflow before the run that made the current state.

    UsageError if there is none."""
    changing = [run for run in runs if run.header.changed and (run.ending is None or run.ending.result != "refused")]
    for run in changing[1:]:
        if run.succeeded and run.start.command == "apply" and not run.header.targets:
            return run
    raise UsageError(f"no earlier successful apply of {workflow} recorded here", code="unknown-run")

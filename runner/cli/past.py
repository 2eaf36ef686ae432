"""Which runs are on record, for the commands that look back."""

from __future__ import annotations

import click

from runner.cli.environment import user_environment
from runner.history.runs import StoredRun, find_runs, list_runs, state_folder


def past_runs(workflow: str) -> list[StoredRun]:
    """Return the runs of a workflow that are on record here, newest first."""
    try:
        return list_runs(state_folder(user_environment()), workflow)
    except OSError as error:
        raise click.ClickException(str(error)) from error


def the_run(runs: list[StoredRun], prefix: str, workflow: str) -> StoredRun:
    """Return the one run whose id begins with a prefix; ClickException when it isn't one."""
    found = find_runs(runs, prefix)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(run.id for run in found)
        raise click.ClickException(f'"{prefix}" may be any of {ids}')
    raise click.ClickException(f'no run "{prefix}" of {workflow} is on record here; see runner history {workflow}')

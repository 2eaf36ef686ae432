"""Which runs are on record, for the commands that look back."""

from __future__ import annotations

import click

from runner.cli.environment import trusted_users, user_environment
from runner.core.errors import UnusableFile
from runner.history.store import StoredRun, find_runs, list_runs, state_folder

_TOLD = 3
"""Records that are named of those that can't be used."""


def past_runs(workflow: str) -> list[StoredRun]:
    """Return the runs of a workflow that are on record here, newest first; what can't be used is told of."""
    left_out: list[UnusableFile] = []
    try:
        return list_runs(state_folder(user_environment()), workflow, trusted_users(), left_out)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    finally:
        for record in left_out[:_TOLD]:
            click.echo(f"warning: passed over: {record.message}", err=True)
        if len(left_out) > _TOLD:
            click.echo(f"warning: and {len(left_out) - _TOLD} more records", err=True)


def find_run(runs: list[StoredRun], prefix: str, workflow: str) -> StoredRun:
    """Return the one run whose id begins with a prefix; ClickException when it isn't one."""
    found = find_runs(runs, prefix)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(run.id for run in found)
        raise click.ClickException(f'"{prefix}" may be any of {ids}')
    raise click.ClickException(f'no run "{prefix}" of {workflow} is on record here; see runner history {workflow}')

"""Consent to what looks like a mistake: a file that would remove most of what another file of the same name made."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from runner.cli.echo import echo_line
from runner.core.errors import RunnerError
from runner.core.plan import Change, Plan, Reason
from runner.history.runs import list_runs, state_folder
from runner.kinds.container import CONTAINER
from runner.kinds.job import JOB

_RUNNING_KINDS = (CONTAINER.name, JOB.name)
_HELP = "give one of the two files another name"


@dataclass(frozen=True, slots=True)
class Takeover:
    """At least half of the containers and jobs that `last` made would go, since `file` doesn't declare them."""

    file: str
    last: str
    going: tuple[Change, ...]

    def __str__(self) -> str:
        names = ", ".join(str(change.address) for change in self.going)
        return f'"{self.last}" was applied under this name last, and "{self.file}" would remove its {names}'


def find_takeover(plan: Plan, file: str) -> Takeover | None:
    """Return what a plan would take from another file, as far as this client's records tell; None for nothing much."""
    live = [change for change in plan.changes if _runs(change)]
    going = tuple(change for change in live if Reason.ORPHAN in change.reasons)
    if not going or 2 * len(going) < len(live):
        return None
    last, now = _last_file(plan), str(Path(file).absolute())
    return None if last is None or _is_same(last, now) else Takeover(now, last, going)


def _runs(change: Change) -> bool:
    live = change.observed
    return live is not None and live.owned and not live.leftover and change.address.kind in _RUNNING_KINDS


def _last_file(plan: Plan) -> str | None:
    try:
        runs = list_runs(state_folder(os.environ), plan.workflow)
    except OSError:
        return None
    done = (run for run in runs if run.header.changed and not (run.ending and run.ending.result == "refused"))
    files = (run.header.file for run in done if run.header.engine_id == plan.engine.id)
    return next((file for file in files if file is not None), None)


def _is_same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def confirm_takeover(takeover: Takeover | None, *, yes: bool) -> None:
    """Ask before it happens; without a terminal to ask on, only --yes will do."""
    if takeover is None or yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.ClickException(f"{takeover}; say --yes if that is meant, or {_HELP}")
    echo_line(f"{takeover}. If that isn't meant, {_HELP}.", err=True)
    if not click.confirm("Go on?", err=True):
        raise click.Abort


def refuse_new_takeover(shown: Takeover | None, plan: Plan, file: str, *, yes: bool) -> None:
    """Refuse under the lock what nobody was asked about: another run may have come between."""
    now = None if shown or yes else find_takeover(plan, file)
    if now is not None:
        raise RunnerError(f"by now {now}", help=_HELP)

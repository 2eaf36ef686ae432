"""Consent to what looks like a mistake: removing, by one file, most of what another file of the same name made.

Which file made a thing is on record on the engine, so that it is known on every machine; of what an older runner made,
the history of this client tells.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from runner.cli.echo import echo_line
from runner.cli.environment import user_environment
from runner.app.file_origin import is_same_file, origin_of
from runner.core.diagnostic import Diagnostic
from runner.core.errors import InvalidInput, RunnerError
from runner.core.plan import Action, Change, Plan
from runner.history.store import list_runs, state_folder
from runner.kinds.container import CONTAINER
from runner.kinds.job import JOB

if TYPE_CHECKING:
    from runner.cli.session import CommandContext
    from runner.core.redact import Redactor

_RUNNING_KINDS: Final = (CONTAINER.name, JOB.name)
_HELP: Final = "give one of the two files another name"


@dataclass(frozen=True, slots=True)
class Takeover:
    """At least half of the containers and jobs would go, and another file than `file` made most of those: `last`."""

    file: str
    last: str
    going: tuple[Change, ...]

    def __str__(self) -> str:
        names = ", ".join(str(change.address) for change in self.going)
        return f'"{self.last}" was applied under this name last, and "{self.file}" would remove its {names}'

    def covers(self, other: Takeover) -> bool:
        """Tell whether who agreed to this one has agreed to another one, too."""
        asked = {change.address for change in self.going}
        return self.last == other.last and all(change.address in asked for change in other.going)


def find_takeover(plan: Plan, redactor: Redactor) -> Takeover | None:
    """Return what a plan would take from another file, as far as that is on record; None for nothing much.

    A plan that no file was made into takes nothing: who calls a workflow by its name means whatever bears it.
    """
    if not plan.file:
        return None
    live = [change for change in plan.changes if _runs(change)]
    going = [change for change in live if change.action is Action.DELETE]
    if not going or 2 * len(going) < len(live):
        return None
    past = _last_file(plan, redactor)
    files = [(change.observed and change.observed.file) or past for change in going]
    others = Counter(file for file in files if file and not is_same_file(file, plan.file))
    if 2 * others.total() < len(going) or not others:
        return None
    last = max(others, key=lambda file: (others[file], file == past))
    return Takeover(plan.file, last, tuple(change for change, file in zip(going, files, strict=True) if file in others))


def _runs(change: Change) -> bool:
    live = change.observed
    return live is not None and live.owned and not live.abandoned and change.address.kind in _RUNNING_KINDS


def _last_file(plan: Plan, redactor: Redactor) -> str:
    try:
        runs = list_runs(state_folder(user_environment()), plan.workflow)
    except OSError:
        return ""
    done = (run for run in runs if run.header.changed and not (run.ending and run.ending.result == "refused"))
    files = (run.header.file for run in done if run.header.engine_id == plan.engine.id)
    return next((origin_of(file, redactor) for file in files if file is not None), "")


def confirm_takeover(session: CommandContext, takeover: Takeover | None, *, yes: bool) -> None:
    """Ask before it happens; without a terminal to ask on, only --yes will do: InvalidInput, which has been shown."""
    if takeover is None or yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        found = [Diagnostic("other-file", str(takeover), help=f"say --yes if that is meant, or {_HELP}")]
        session.report(found, {})
        raise InvalidInput(found)
    echo_line(f"{takeover}. If that isn't meant, {_HELP}.", err=True)
    if not click.confirm("Go on?", err=True):
        raise click.Abort


def refuse_new_takeover(shown: Takeover | None, plan: Plan, redactor: Redactor, *, yes: bool) -> None:
    """Refuse under the lock what nobody was asked about: another run may have come between."""
    now = None if yes else find_takeover(plan, redactor)
    if now is not None and not (shown and shown.covers(now)):
        raise RunnerError(f"by now {now}", help=f"say --yes if that is meant, or {_HELP}")

"""Consent to what a plan destroys or takes: asked for before it is carried out, held to once the lock is there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from runner.cli.echo import echo_line
from runner.app.takeover import confirm_takeover, find_takeover, refuse_new_takeover
from runner.core.errors import InvalidInput, RunnerError
from runner.core.plan import Plan, Reason

if TYPE_CHECKING:
    from runner.cli.session import CommandContext
    from runner.core.redact import Redactor

_WAYS_OUT = {
    Reason.ORPHAN: "to keep it, declare it again",
    Reason.REQUESTED: "to keep it, leave out --volumes",
}
_CHANGED = "to keep it, undo the change, or give the new one another key"


def ask(session: CommandContext, plan: Plan, redactor: Redactor, *, yes: bool) -> Callable[[Plan], Plan]:
    """Ask for all that a plan needs consent to; return what refuses a later plan that nobody agreed to."""
    _ask_for_data(plan, yes=yes)
    takeover = find_takeover(plan, redactor)
    confirm_takeover(session, takeover, yes=yes)

    def agreed(later: Plan) -> Plan:
        _refuse_new_losses(plan, later, yes=yes)
        refuse_new_takeover(takeover, later, redactor, yes=yes)
        return later

    return agreed


def _ask_for_data(plan: Plan, *, yes: bool) -> None:
    """Ask before data is destroyed; without a terminal to ask on, only --yes will do."""
    if not plan.destroys_data or yes:
        return
    doomed = ", ".join(str(change.address) for change in plan.destroys_data)
    ways = dict.fromkeys(_WAYS_OUT.get(change.reasons[0], _CHANGED) for change in plan.destroys_data)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.ClickException(f"this destroys the data of {doomed}; say --yes if that is meant; {'; '.join(ways)}")
    echo_line(f"This destroys the data of {doomed}; {'; '.join(ways)}.", err=True)
    if not click.confirm("Go on?", err=True):
        raise click.Abort


def _refuse_new_losses(shown: Plan, plan: Plan, *, yes: bool) -> None:
    """Refuse what is planned under the lock where it can't be done or destroys data that nobody agreed to lose."""
    if plan.problems:
        raise InvalidInput(list(plan.problems))
    asked = {change.address for change in shown.destroys_data}
    doomed = ", ".join(str(change.address) for change in plan.destroys_data if change.address not in asked)
    if doomed and not yes:
        raise RunnerError(f"by now this destroys the data of {doomed}", help="look at it again with: runner plan")

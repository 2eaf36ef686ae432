"""Consent to what destroys data: asked for before a plan is carried out, and held to once the lock is there."""

from __future__ import annotations

import sys

import click

from runner.cli.echo import echo_line
from runner.core.errors import InvalidInput, RunnerError
from runner.core.plan import Plan, Reason

_WAYS_OUT = {
    Reason.ORPHAN: "to keep it, declare it again",
    Reason.REQUESTED: "to keep it, leave out --volumes",
}
_CHANGED = "to keep it, undo the change, or give the new one another key"


def consent(plan: Plan, *, yes: bool) -> None:
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


def agreed(shown: Plan, plan: Plan, *, yes: bool) -> Plan:
    """Return what is planned under the lock, unless it can't be done or destroys data that nobody agreed to lose."""
    if plan.problems:
        raise InvalidInput(list(plan.problems))
    asked = {change.address for change in shown.destroys_data}
    doomed = ", ".join(str(change.address) for change in plan.destroys_data if change.address not in asked)
    if doomed and not yes:
        raise RunnerError(f"by now this destroys the data of {doomed}", help="look at it again with: runner plan")
    return plan

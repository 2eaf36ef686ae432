"""Prompt on the terminal for approval of what a plan destroys or takes over."""

from __future__ import annotations

import sys

from runner.app.data_loss import DataLoss
from runner.app.frontend import Consequence
from runner.cli.echo import echo_line
from runner.core.diagnostic import Diagnostic
from runner.core.errors import Cancelled, InvalidInput, UsageError


def confirm(consequence: Consequence) -> bool:
    """Prompt for approval; without a terminal, raise UsageError or InvalidInput, which point to --yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise _needs_yes(consequence)
    if isinstance(consequence, DataLoss):
        text = str(consequence)
        echo_line(f"{text[0].upper()}{text[1:]}; {consequence.way_out}.", err=True)
    else:
        echo_line(f"{consequence}. If that is not intended, {consequence.way_out}.", err=True)
    return ask("Continue?")


def ask(question: str) -> bool:
    """Prompt for yes or no on the terminal; Cancelled if the answer is Ctrl-C or Ctrl-D."""
    import click

    try:
        return click.confirm(question, err=True)
    except click.Abort as error:
        raise Cancelled("interrupted") from error


def _needs_yes(consequence: Consequence) -> UsageError | InvalidInput:
    if isinstance(consequence, DataLoss):
        return UsageError(f"{consequence}; pass --yes to confirm; {consequence.way_out}", code="confirmation-required")
    help = f"pass --yes to confirm, or {consequence.way_out}"
    return InvalidInput([Diagnostic("other-file", str(consequence), help=help)])

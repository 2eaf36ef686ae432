"""runner unlock: force-release a workflow's lock."""

from __future__ import annotations

import sys

import click

from runner.app.source import Source
from runner.app.workflow_name import load_file_or_name
from runner.cli.echo import echo_line
from runner.cli.options import shared_options, source_options
from runner.cli.session import CommandContext
from runner.core.run_lock import Holder
from runner.core.serialize import to_plain


@click.command("unlock")
@click.option("--yes", "-y", is_flag=True, help="Release it without asking.")
@shared_options
@source_options
def command(source: Source, context: CommandContext, yes: bool) -> None:
    """Force-release the lock of a workflow, whoever holds it. FILE may also be the workflow's name.

    Not needed for dead runs, which are detected. A run still in progress stops when it notices.
    """
    from runner.engine.lock import current_holder, force_unlock

    workflow = load_file_or_name(source, context.workspace).desired.workflow
    with context.engine() as gateway:
        entry = current_holder(gateway, workflow)
        if entry is not None:
            _consent(workflow, entry.holder, yes=yes)
            force_unlock(gateway, workflow, entry)
    if context.output == "json":
        broken = to_plain(entry.holder) if entry else None
        context.print_json({"workflow": workflow, "was_locked": entry is not None, "holder": broken})
    elif entry is None:
        echo_line(f"{workflow} is not locked")
    else:
        echo_line(f"released the lock held by {_named(entry.holder)}")


def _consent(workflow: str, holder: Holder | None, *, yes: bool) -> None:
    """Ask for confirmation to release the lock; without a terminal, require --yes.

    Raises ClickException if --yes is required, Abort if declined."""
    if yes:
        return
    locked = f"{workflow} is locked by {_named(holder)}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.ClickException(f"{locked}; pass --yes to release the lock")
    echo_line(f"{locked}.", err=True)
    if not click.confirm("Release its lock?", err=True):
        raise click.Abort


def _named(holder: Holder | None) -> str:
    from runner.views.text_width import printable

    return printable(str(holder)) if holder else "an unidentified run"

"""runner unlock: force-release a workflow's lock."""

from __future__ import annotations

import sys

from runner.app.source import Source
from runner.app.unlock import held_lock
from runner.app.workflow_name import load_file_or_name
from runner.cli.confirm import ask
from runner.cli.echo import echo_line
from runner.cli.refusal import Refusal
from runner.cli.session import CommandContext
from runner.core.errors import Cancelled
from runner.core.run_lock import Holder
from runner.core.serialize import to_plain


def run(source: Source, context: CommandContext, yes: bool) -> None:
    """Release the lock, after confirmation."""
    workflow = load_file_or_name(source, context.workspace)
    name = workflow.desired.workflow
    with context.engine() as gateway:
        held = held_lock(workflow, gateway)
        if held is not None:
            _consent(name, held.holder, yes=yes)
            held.release()
    if context.output == "json":
        broken = to_plain(held.holder) if held else None
        context.print_json({"workflow": name, "was_locked": held is not None, "holder": broken})
    elif held is None:
        echo_line(f"{name} is not locked")
    else:
        echo_line(f"released the lock held by {_named(held.holder)}")


def _consent(workflow: str, holder: Holder | None, *, yes: bool) -> None:
    """Ask for confirmation to release the lock; without a terminal, require --yes.

    Raises Refusal if --yes is required, Cancelled if declined."""
    if yes:
        return
    locked = f"{workflow} is locked by {_named(holder)}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refusal(f"{locked}; pass --yes to release the lock", "confirmation-required")
    echo_line(f"{locked}.", err=True)
    if not ask("Release its lock?"):
        raise Cancelled("the lock is kept")


def _named(holder: Holder | None) -> str:
    from runner.views.text_width import printable

    return printable(str(holder)) if holder else "an unidentified run"

"""runner unlock: force-release a workflow's lock."""

from __future__ import annotations

import sys

from runner.app.source import Source
from runner.app.workflow_name import load_file_or_name
from runner.cli.confirm import ask
from runner.cli.echo import echo_line
from runner.cli.refusal import Refusal
from runner.cli.session import CommandContext
from runner.core.errors import Cancelled
from runner.core.run_lock import Holder
from runner.core.serialize import to_plain
from runner.resource.volume_store import VolumeStore


def run(source: Source, context: CommandContext, yes: bool) -> None:
    """Release the lock, after confirmation."""
    from runner.engine.lock import current_holder, force_unlock

    workflow = load_file_or_name(source, context.workspace).desired.workflow
    with context.engine() as gateway:
        store = VolumeStore(gateway)
        entry = current_holder(store, workflow)
        if entry is not None:
            _consent(workflow, entry.holder, yes=yes)
            force_unlock(store, workflow, entry)
    if context.output == "json":
        broken = to_plain(entry.holder) if entry else None
        context.print_json({"workflow": workflow, "was_locked": entry is not None, "holder": broken})
    elif entry is None:
        echo_line(f"{workflow} is not locked")
    else:
        echo_line(f"released the lock held by {_named(entry.holder)}")


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

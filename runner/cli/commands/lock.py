"""runner lock: pin a workflow's images by digest in a lock file."""

from __future__ import annotations

from pathlib import Path

import click

from runner.app.lock import ALL, update_lock
from runner.app.source import DEFAULT_FILE, Source
from runner.cli.options import shared_options, source_options
from runner.cli.session import CommandContext
from runner.core.struct import replace


@click.command("lock")
@click.option(
    "--upgrade",
    is_flag=False,
    flag_value=ALL,
    multiple=True,
    metavar="[NAME]",
    help="Lock to the registry's current digest: all images, or one by key or name; repeatable.",
)
@shared_options
@source_options
def command(source: Source, context: CommandContext, upgrade: tuple[str, ...]) -> None:
    """Pin the images of FILE (workflow.yaml) by digest in a lock file next to it, for runner apply --locked.

    Existing entries are kept, and unused ones removed.
    """
    from runner.views.lockfile import lock_json, lock_lines

    upgrade, file = _arguments(upgrade, source.file)
    workflow = context.load(replace(source, file=file), contents=False)
    update = update_lock(workflow, upgrade, context.workspace, context.engine_options)
    if context.output == "json":
        context.print_json(lock_json(update.path, update.before, update.lock))
        return
    if update.warnings:
        context.report(update.warnings, workflow.sources)
    context.writer().write(lock_lines(update.path, update.before, update.lock))


def _arguments(upgrade: tuple[str, ...], file: str) -> tuple[tuple[str, ...], str]:
    """Distinguish a name from a file: the value after --upgrade may be either."""
    if upgrade and file == DEFAULT_FILE and Path(upgrade[-1]).is_file():
        return (*upgrade[:-1], ALL), upgrade[-1]
    return upgrade, file

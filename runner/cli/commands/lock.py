"""runner lock: pin a workflow's images by digest in a lock file."""

from __future__ import annotations

from pathlib import Path

from runner.app.defaults import ALL, DEFAULT_FILE
from runner.app.lock import update_lock
from runner.app.source import Source
from runner.cli.session import CommandContext
from runner.core.struct import replace


def run(source: Source, context: CommandContext, upgrade: tuple[str, ...]) -> None:
    """Update the lock file and print what changed."""
    from runner.views.lockfile import lock_json, lock_lines

    upgrade, file = _arguments(upgrade, source.file)
    workflow = context.load_structure(replace(source, file=file))
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

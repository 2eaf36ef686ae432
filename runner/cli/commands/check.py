"""runner check: ask whether the checks hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from runner.cli.options import Options, Source, log_options, shared_options, source_options
from runner.app.run import see_checks
from runner.cli.session import CommandContext
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.views.view import View


@click.command("check")
@log_options
@shared_options
@source_options
def command(source: Source, options: Options) -> int:
    """Ask whether every check of FILE (workflow.yaml) holds; nothing is changed."""
    session = CommandContext(options)
    loaded = session.load(source, contents=False)
    desired = loaded.desired
    if not desired.checks:
        raise click.ClickException(f"{loaded.file} declares no checks")
    with session.engine() as gateway:
        plan = Plan(desired.workflow, gateway.engine(), (), checks=desired.checks)

        def keep() -> View:
            from runner.app.run_record import run_recorder

            return run_recorder(loaded, plan, gateway, repeatable=False)

        return see_checks(session, plan, gateway, file=loaded.file, redactor=loaded.redactor, keep=keep)

"""runner validate: all errors in a file at once, without an engine."""

from __future__ import annotations

import click

from runner.app.source import Source
from runner.cli.echo import echo_line
from runner.cli.options import shared_options, source_options
from runner.cli.session import CommandContext


@click.command("validate")
@shared_options
@source_options
def command(source: Source, context: CommandContext) -> None:
    """Validate FILE (workflow.yaml) and show all errors at once. Needs no engine."""
    loaded = context.load(source, contents=False)
    count = len(loaded.desired.resources)
    if context.output == "json":
        from runner.core.diagnostic import in_order
        from runner.views.diagnostics import diagnostics_json

        context.print_json({"diagnostics": diagnostics_json(in_order(loaded.warnings))})
    else:
        if loaded.warnings:
            context.report(list(loaded.warnings), loaded.sources)
        echo_line(f"{loaded.file} is valid: {count} resource{'' if count == 1 else 's'}")

"""runner validate: every mistake of a file at once, without an engine."""

from __future__ import annotations

import click

from runner.cli.echo import echo_line
from runner.cli.options import Options, Source, shared_options, source_options
from runner.cli.session import CommandContext


@click.command("validate")
@shared_options
@source_options
def command(source: Source, options: Options) -> None:
    """Check FILE (workflow.yaml) and show every mistake at once. Needs no engine."""
    session = CommandContext(options)
    loaded = session.load(source, contents=False)
    count = len(loaded.desired.resources)
    if session.output == "json":
        from runner.core.diagnostic import in_order
        from runner.views.diagnostics import diagnostics_json

        session.print_json({"diagnostics": diagnostics_json(in_order(loaded.warnings))})
    else:
        if loaded.warnings:
            session.report(list(loaded.warnings), loaded.sources)
        echo_line(f"{loaded.file} is valid: {count} resource{'' if count == 1 else 's'}")

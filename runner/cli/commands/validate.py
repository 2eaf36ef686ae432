"""runner validate: all errors in a file at once, without an engine."""

from __future__ import annotations

from runner.app.source import Source
from runner.cli.echo import echo_line
from runner.cli.session import CommandContext


def run(source: Source, context: CommandContext) -> None:
    """Read a file and say whether it is valid."""
    loaded = context.load_structure(source)
    count = len(loaded.desired.resources)
    if context.output == "json":
        from runner.core.diagnostic import in_order
        from runner.views.diagnostics import diagnostics_json

        context.print_json({"diagnostics": diagnostics_json(in_order(loaded.warnings))})
    else:
        if loaded.warnings:
            context.report(list(loaded.warnings), loaded.sources)
        are = "is" if len(loaded.own_files) == 1 else "are"
        echo_line(f"{loaded.named} {are} valid: {count} resource{'' if count == 1 else 's'}")

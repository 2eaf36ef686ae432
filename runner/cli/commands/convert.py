"""runner convert: a workflow file made from Compose files."""

from __future__ import annotations

from pathlib import Path

from runner.app.convert.conversion import convert
from runner.app.source import Source
from runner.cli.echo import echo_line
from runner.cli.session import CommandContext


def run(source: Source, context: CommandContext, out: str | None) -> None:
    """Print the workflow, or write it to a file that isn't there yet."""
    converted = convert(source, context.workspace, Path(out) if out else None)
    if converted.findings and context.output != "json":
        context.report(converted.findings, converted.sources)
    if out is None:
        context.print_text(converted.text)
    else:
        converted.write(Path(out))
        echo_line(f"wrote {out}; check it with: runner plan {out}")

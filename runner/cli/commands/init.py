"""runner init: create a starter workflow with its files."""

from __future__ import annotations

from pathlib import Path

from runner.app.starter import Starter, write_starter
from runner.cli.commands.schema import workflow_schema_text
from runner.cli.echo import echo, echo_line
from runner.cli.syntax.values import list_of_templates


def run(template: str, list: bool, schema: str, ci: str | None) -> None:
    """Create the files, and say which; or only list the templates."""
    if list:
        echo(list_of_templates())
        return
    text = workflow_schema_text() + "\n" if schema == "beside" else None
    files = write_starter(Starter(template, text, ci), Path())
    for name in files.written:
        echo_line(f"wrote {name}")
    for name in files.kept:
        echo_line(f"kept {name}, which exists already")
    echo_line("preview it with: runner plan; then run: runner apply")

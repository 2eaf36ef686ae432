"""runner schema: the JSON Schema of the language, for editors."""

from __future__ import annotations

import json

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of workflow files."""
    from runner.kinds import CATALOG, LATER_SECTIONS
    from runner.resource.schema import workflow_schema

    click.echo(json.dumps(workflow_schema(CATALOG, LATER_SECTIONS), indent=2, ensure_ascii=False))

"""runner schema: what files and output look like, for editors and other programs."""

from __future__ import annotations

import click

SHIPPED = ("event", "plan")
"""Those that are written by hand; the one of workflow files follows from the kinds' tables."""


@click.command("schema")
@click.argument("what", type=click.Choice(["workflow", *SHIPPED]), default="workflow")
def command(what: str) -> None:
    """Print a JSON Schema: of workflow files, of the lines of an event log, or of a plan as JSON."""
    click.echo(_shipped(what) if what in SHIPPED else _generated())


def _generated() -> str:
    import json

    from runner.kinds import CATALOG, LATER_SECTIONS
    from runner.resource.schema import workflow_schema

    return json.dumps(workflow_schema(CATALOG, LATER_SECTIONS), indent=2, ensure_ascii=False)


def _shipped(what: str) -> str:
    from importlib.resources import files

    return files("runner").joinpath("schemas", f"{what}.schema.json").read_text(encoding="utf-8").rstrip()

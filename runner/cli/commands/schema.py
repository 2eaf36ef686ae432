"""runner schema: the schemas of files and output, for editors and other programs."""

from __future__ import annotations

import click

SHIPPED = ("event", "plan")
"""The handwritten schemas; that of workflow files is generated from the kinds' tables."""


@click.command("schema")
@click.argument("what", type=click.Choice(["workflow", "reference", *SHIPPED]), default="workflow")
def command(what: str) -> None:
    """Print a JSON Schema: for workflow files, event log lines, or JSON plans.

    Or print the reference of all keys of a workflow file, in Markdown.
    """
    if what in SHIPPED:
        click.echo(_shipped(what))
    else:
        click.echo(_reference() if what == "reference" else workflow_schema_text())


def workflow_schema_text() -> str:
    """Return the JSON Schema of workflow files."""
    import json

    from runner.kinds import SECTIONS
    from runner.resource.schema import workflow_schema

    return json.dumps(workflow_schema(SECTIONS), indent=2, ensure_ascii=False)


def _reference() -> str:
    from runner.kinds import SECTIONS
    from runner.resource.reference_page import reference_page

    return reference_page(SECTIONS).rstrip()


def _shipped(what: str) -> str:
    from importlib.resources import files

    return files("runner").joinpath("schemas", f"{what}.schema.json").read_text(encoding="utf-8").rstrip()

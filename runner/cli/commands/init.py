"""runner init: create a starter workflow file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from runner.app.source import DEFAULT_FILE
from runner.cli.commands.schema import workflow_schema_text
from runner.cli.echo import echo_line
from runner.core.phrase import reason_of

_TEMPLATES = {
    "web": "a web page on a local port, with limits and a check",
    "app": "an image build, replicas, a store they depend on, and a job that prepares it",
    "job": "a job that reruns only when its image, options or files change",
}
_NAME = "name: NAME\n"
_SCHEMA_FILE = "workflow.schema.json"


def _template(value: str) -> str:
    """Return a valid template name; for an unknown one, raise BadParameter with the list of all."""
    if value not in _TEMPLATES:
        known = "".join(f"\n  {name}  {what}" for name, what in _TEMPLATES.items())
        raise click.BadParameter(f'no such template "{value}"; available:{known}')
    return value


@click.command("init")
@click.argument("template", type=_template, metavar=f"[{'|'.join(_TEMPLATES)}]", default="web")
def command(template: str) -> None:
    """Create a starter workflow.yaml, and the JSON Schema for completion and validation in editors.

    TEMPLATE is web (default), app or job. An existing workflow.yaml is never overwritten.
    """
    for path, text in _files(template):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            if path.name == DEFAULT_FILE:
                raise click.ClickException(f'"{path}" already exists') from None
        except OSError as error:
            raise click.ClickException(f'cannot write "{path}": {reason_of(error)}') from error
        else:
            echo_line(f"wrote {path}")
    echo_line("preview it with: runner plan")


def _files(template: str) -> Iterator[tuple[Path, str]]:
    """Yield the files to write with their content; the workflow first, since if it exists none is written."""
    from importlib.resources import files

    text = files("runner").joinpath("templates", f"{template}.yaml").read_text(encoding="utf-8")
    yield Path(DEFAULT_FILE), text.replace(_NAME, f"name: {_name_of(Path.cwd().name)}\n")
    yield Path(_SCHEMA_FILE), workflow_schema_text() + "\n"


def _name_of(folder: str) -> str:
    """Convert a folder's name to a valid workflow name.

    >>> _name_of("My Shop"), _name_of("--"), _name_of("2048")
    ('my-shop', 'workflow', '2048')
    """
    name = re.sub(r"[^a-z0-9_-]+", "-", folder.lower()).strip("-_")
    return name[:63] or "workflow"

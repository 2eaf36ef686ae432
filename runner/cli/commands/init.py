"""runner init: create a starter workflow file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from runner.app.defaults import DEFAULT_FILE
from runner.cli.commands.schema import workflow_schema_text
from runner.cli.echo import echo_line
from runner.cli.refusal import Refusal
from runner.core.phrase import reason_of

_NAME = "name: NAME\n"
_SCHEMA_FILE = "workflow.schema.json"


def run(template: str) -> None:
    """Create the files, and say which."""
    for path, text in _files(template):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            if path.name == DEFAULT_FILE:
                raise Refusal(f'"{path}" already exists') from None
        except OSError as error:
            raise Refusal(f'cannot write "{path}": {reason_of(error)}') from error
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

"""Starters: templates of a workflow with its files, and what belongs beside them in a repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from errno import EEXIST
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.defaults import DEFAULT_FILE
from runner.app.file_choice import found_in
from runner.core.errors import UsageError
from runner.core.names import as_workflow_name
from runner.core.phrase import reason_of
from runner.core.struct import Struct

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from runner.core.codes import Code

SCHEMA_FILE = "workflow.schema.json"
_NAME = "name: NAME\n"
_CI_FILES = {"github": ".github/workflows/runner.yaml", "gitlab": ".gitlab-ci.yml"}
"""The file that a CI service reads, by its name."""


class Starter(Struct):
    """What to write: a template by name, and what goes with it."""

    template: str
    schema: str | None = None
    """The text of the schema to write beside the workflow; None: the workflow refers to the installed one."""
    ci: str | None = None
    """The CI service to write an example for: github or gitlab."""


class WrittenFiles(Struct):
    """The files of a starter, relative to its folder: those written, and those that were there and are as before."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def write_starter(starter: Starter, folder: Path) -> WrittenFiles:
    """Write all of a starter's files into a folder that are not there yet; UsageError, and none, if one can't be.

    A workflow.yaml that is there is such an error, and so is a Compose file: it would no longer be found.
    """
    if compose := found_in(folder):
        help = "runner plan reads it as it is; runner convert writes a workflow of it"
        message = f'"{Path(compose[0]).name}" is there, which a {DEFAULT_FILE} would hide'
        raise UsageError(message, help=help, code="file-exists")
    written: list[str] = []
    kept: list[str] = []
    for name, text in _files(starter, as_workflow_name(folder.absolute().name)).items():
        try:
            is_new = _write_new(folder / name, text)
            if name == DEFAULT_FILE and not is_new:
                raise FileExistsError(EEXIST, "it exists already")
        except OSError as error:
            for other in written:
                folder.joinpath(other).unlink(missing_ok=True)
            is_there = isinstance(error, FileExistsError)
            code: Code = "file-exists" if is_there else "cannot-write"
            advice = "run runner init in another folder, or runner plan with this file" if is_there else None
            raise UsageError(f'cannot write "{name}": {reason_of(error)}', help=advice, code=code) from error
        (written if is_new else kept).append(name)
    return WrittenFiles(tuple(written), tuple(kept))


def _write_new(path: Path, text: str) -> bool:
    """Write a file, and the folders that it needs; False if there is such a file already."""
    if path.is_file():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    if text.startswith("#!"):
        path.chmod(0o755)
    return True


def _files(starter: Starter, name: str) -> Mapping[str, str]:
    """Return the texts by name; the workflow first, which must be new."""
    from importlib.resources import files

    templates = files("runner").joinpath("templates")
    texts = dict(_texts(templates.joinpath(starter.template)))
    workflow = texts.pop(DEFAULT_FILE).replace(_NAME, f"name: {name}\n")
    found = {DEFAULT_FILE: f"# yaml-language-server: $schema={_schema_url(starter)}\n{workflow}", **texts}
    found[".gitignore"] = templates.joinpath("gitignore").read_text(encoding="utf-8")
    if starter.schema is not None:
        found[SCHEMA_FILE] = starter.schema
    if starter.ci is not None:
        found[_CI_FILES[starter.ci]] = templates.joinpath("ci", f"{starter.ci}.yaml").read_text(encoding="utf-8")
    return found


def _texts(folder: Traversable, within: str = "") -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _texts(entry, f"{within}{entry.name}/")
        else:
            yield f"{within}{entry.name}", entry.read_text(encoding="utf-8")


def _schema_url(starter: Starter) -> str:
    """Return what the first line of the workflow names: the schema beside it, or the one of the installed version."""
    from importlib.resources import files

    if starter.schema is not None:
        return SCHEMA_FILE
    return Path(str(files("runner").joinpath("schemas", SCHEMA_FILE))).resolve().as_uri()

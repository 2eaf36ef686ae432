"""What to say of a workflow file that is not there: where it was looked for, and what is there instead."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from runner.app.defaults import DEFAULT_FILE
from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.struct import replace
from runner.document.root import Root

_YAML = (".yaml", ".yml")
_STDIN = "-"
_CREATE = f"create a {DEFAULT_FILE} with: runner init"


def with_help(found: Iterable[Diagnostic], file: Path, root: Root) -> list[Diagnostic]:
    """Add help to the finding that the workflow file itself is missing; others have a position or another code."""
    return [
        replace(one, help=_help(file, root)) if one.code == "file-missing" and one.span is None else one
        for one in found
    ]


def _help(file: Path, root: Root) -> str:
    if str(file) == _STDIN:
        return "standard input is not read: write it to a file first"
    folder = file.parent.absolute()
    try:
        names = [one.name for one in root.resolve(folder).iterdir() if one.suffix in _YAML]
    except OSError:
        names = []
    if close := did_you_mean(file.name, [name for name in names if ".lock." not in name]):
        return f"{close[:-1]} in {folder}?"
    also = ", also for compose.yaml" if file.name == DEFAULT_FILE else ""
    return f"looked in {folder}{also}; {_CREATE}"

"""Reads a workflow file as the command line does, for tests; the caller's environment is empty but for one variable."""

from __future__ import annotations

from pathlib import Path

from runner.core.diagnostic import Diagnostic, in_order
from runner.core.state import DesiredState
from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE
from runner.kinds import sections_of
from runner.views.snippet import render
from runner.workflow.compile import read_workflow

ENVIRONMENT = {"FROM_CALLER": "given-by-the-caller"}


def read(file: str, texts: dict[str, str], *, contents: bool) -> tuple[DesiredState, list[Diagnostic]]:
    """Return what a file of the current folder declares, and every finding."""
    document, found = load(file, overrides={}, var_files=[], files=Files(Access(ANYWHERE, ENVIRONMENT)), texts=texts)
    desired = DesiredState("", {})
    if document is not None:
        desired = read_workflow(
            document, sections_of(document.data), Files(Access(ANYWHERE, ENVIRONMENT)), found, contents=contents
        )
    return desired, in_order(found)


def rendered(found: list[Diagnostic], texts: dict[str, str]) -> str:
    """Write findings as a person sees them, with the current folder left out of absolute paths."""
    text = "\n\n".join(render(diagnostic, texts) for diagnostic in found)
    return text.replace(str(Path.cwd()), "/FOLDER") + "\n"

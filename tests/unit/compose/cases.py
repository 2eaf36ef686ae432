"""Cases of Compose files with Docker Compose's answers, and runner's answer to them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from runner.compose.load import load
from runner.compose.output import to_json
from runner.compose.request import ComposeRequest
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.struct import Struct
from runner.document.access import Access
from runner.document.files import Files
from runner.document.root import Root

HOME = "/home/someone"
_OPTIONS = {
    "-f": "files",
    "--file": "files",
    "-p": "project",
    "--project-name": "project",
    "--profile": "profiles",
    "--env-file": "env_files",
    "--project-directory": "folder",
}


class Case(Struct):
    """One project: where it is, how it is asked for, and Compose's answer (None: it refuses)."""

    name: str
    folder: Path
    cwd: Path
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    expected: str | None

    def expected_model(self) -> Any:
        """Return Compose's model, its placeholders filled."""
        assert self.expected is not None
        text = self.expected.replace("@DIR@/..", str(self.folder.parent)).replace("@DIR@", str(self.folder))
        return json.loads(text.replace("@HOME@", HOME))


def rules(folder: Path) -> Iterator[Case]:
    """Yield the cases in which each folder is one project."""
    for case in sorted(path.parent for path in folder.glob("*/case.json")):
        about = json.loads((case / "case.json").read_text("utf-8"))
        arguments = tuple(about["arguments"])
        yield Case(case.name, case, case / about["cwd"], arguments, about["environment"], _expected(case))


def real(folder: Path) -> Iterator[Case]:
    """Yield the cases of an index, each of which has its project in tree/."""
    for about in json.loads((folder / "index.json").read_text("utf-8"))["cases"]:
        case = folder / about["case"]
        arguments = tuple(about["arguments"])
        yield Case(case.name, case / "tree", case / about["cwd"], arguments, {}, _expected(case))


def _expected(case: Path) -> str | None:
    path = case / "expected.json"
    return path.read_text("utf-8") if path.exists() else None


def answer(case: Case) -> tuple[Any, list[Diagnostic]]:
    """Return runner's model of a case as data, None where it refuses, and its findings."""
    environ = {"HOME": HOME, "PATH": "/usr/bin", **case.environment}
    access = Access(Root(), environ=environ, expand_home=lambda path: HOME + path[1:])
    found: list[Diagnostic] = []
    model = load(_request(case.arguments, case.cwd), Files(access), found, {})
    return (json.loads(to_json(model.root)) if model is not None else None), found


def _request(arguments: Sequence[str], cwd: Path) -> ComposeRequest:
    given: dict[str, list[str]] = {}
    both = iter(arguments)
    for option, value in zip(both, both, strict=True):
        given.setdefault(_OPTIONS[option], []).append(value)
    return ComposeRequest(
        cwd=cwd,
        files=tuple(given.get("files", ())),
        folder=given.get("folder", [None])[-1],
        project=given.get("project", [None])[-1],
        env_files=tuple(given.get("env_files", ())),
        profiles=tuple(given.get("profiles", ())),
    )


def judge(case: Case) -> None:
    """Assert that runner answers as Compose does: with the same model, or with errors that have a place in a file."""
    model, found = answer(case)
    errors = [one for one in found if one.severity is Severity.ERROR]
    if case.expected is None:
        assert errors
        assert model is None
        for one in errors:
            assert one.span is not None or one.code in ("wrong-name", "file-missing", "empty-file"), one
            assert one.span is None or os.path.exists(one.span.file)  # noqa: PTH110 - a text
    else:
        assert [(one.code, one.message, str(one.span)) for one in errors] == []
        assert model == case.expected_model()

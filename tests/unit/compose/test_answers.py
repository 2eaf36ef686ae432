"""Keys in all their forms, merged and extended, one or two at a time, with Docker Compose's own answers.

`answers.jsonl` has a case a line: the files, and the model as `docker compose config --format json` prints it, or null
where Compose refuses. Each case stands in a folder of its own, beside the files of variables `l.env` and `l.txt`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.compose.load import load
from runner.compose.output import to_json
from runner.compose.output_yaml import to_yaml
from runner.compose.request import ComposeRequest
from runner.core.diagnostic import Diagnostic, Severity
from runner.document.access import Access
from runner.document.files import Files
from runner.document.root import Root

_FOLDER = Path(__file__).parent
_BATCH = 50
_HOME = "/root"
_ENVIRONMENT = {"HOME": _HOME, "PATH": "/usr/bin", "GIVEN": "by caller"}
JSON_FAILS = "unprintable"
"""What stands for an answer where Compose has one, but fails to print it as JSON."""


def _cases() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    lines = (_FOLDER / "answers.jsonl").read_text("utf-8").splitlines()
    for at in range(0, len(lines), _BATCH):
        yield at, [json.loads(line) for line in lines[at : at + _BATCH]]


@pytest.mark.parametrize(("first", "cases"), [*_cases()], ids=lambda one: str(one) if isinstance(one, int) else "")
def test_every_form_of_a_key_is_read_as_compose_reads_it(
    first: int, cases: list[dict[str, Any]], tmp_path: Path
) -> None:
    wrong = []
    for number, case in enumerate(cases, first):
        folder = tmp_path / str(number)
        folder.mkdir()
        problem = _compared(case, folder)
        if problem:
            wrong.append(f"line {number + 1}: {problem}\n" + "---\n".join(case["files"]))
    assert not wrong, "\n\n".join(wrong)


def _compared(case: dict[str, Any], folder: Path) -> str | None:
    """Say what is different from Compose's answer."""
    for name in ("l.env", "l.txt"):
        (folder / name).write_text("A=1\nB=2\n", "utf-8")
    names = tuple(f"c{number}.yaml" for number in range(len(case["files"])))
    for name, text in zip(names, case["files"], strict=True):
        (folder / name).write_text(text, "utf-8")
    root, errors = _read(folder, names)
    expected = case["answer"]
    if expected is None:
        if root is not None:
            return "Compose refuses it"
        return None if errors and all(one.span or one.code == "empty-file" for one in errors) else "no place is told"
    if root is None:
        return f"refused: {[(one.message, str(one.span)) for one in errors]}"
    if expected == JSON_FAILS:
        return None
    model = json.loads(to_json(root))
    wanted = json.loads(json.dumps(expected).replace("@DIR@/..", str(folder.parent)).replace("@DIR@", str(folder)))
    return None if model == wanted else f"{model}\nis not\n{wanted}"


def _read(
    folder: Path, names: tuple[str, ...], project: str | None = None, profiles: tuple[str, ...] = ()
) -> tuple[Any, list[Diagnostic]]:
    access = Access(Root(), environ=_ENVIRONMENT, expand_home=lambda path: _HOME + path[1:])
    found: list[Diagnostic] = []
    model = load(ComposeRequest(cwd=folder, files=names, project=project, profiles=profiles), Files(access), found, {})
    return (model.root if model else None), [one for one in found if one.severity is Severity.ERROR]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_printed_is_read_as_the_same_project(seed: int, tmp_path: Path) -> None:
    from tests.unit.compose.projects import Projects

    (tmp_path / "c.yaml").write_text(json.dumps(Projects(seed).project(), ensure_ascii=False), "utf-8")
    root, _ = _read(tmp_path, ("c.yaml",), "p", ("*",))
    if root is None:
        return
    (tmp_path / "again.yaml").write_text(to_yaml(root), "utf-8")
    again, errors = _read(tmp_path, ("again.yaml",), "p", ("*",))
    assert errors == []
    assert to_json(again) == to_json(root)

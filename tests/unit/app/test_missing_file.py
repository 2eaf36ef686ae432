"""What is said of a workflow file that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app.load import load
from runner.app.source import Source
from runner.app.workflow_name import workflow_name
from runner.app.workspace import Workspace
from runner.core.errors import InvalidInput

CREATE = "create a workflow.yaml with: runner init"


@pytest.mark.parametrize(
    ("there", "named", "help"),
    [
        ([], "-", "standard input is not read: write it to a file first"),
        ([], "workflow.yaml", f"looked in HERE, also for compose.yaml; {CREATE}"),
        (["notes.txt"], "shop.yaml", f"looked in HERE; {CREATE}"),
        ([], "parts/workflow.yaml", f"looked in HERE/parts, also for compose.yaml; {CREATE}"),
        (["workflow.yml"], "workflow.yaml", 'did you mean "workflow.yml" in HERE?'),
        (["workflow.lock.yaml"], "workflow.yaml", f"looked in HERE, also for compose.yaml; {CREATE}"),
        (["shop.yaml"], "shpo.yaml", 'did you mean "shop.yaml" in HERE?'),
    ],
)
def test_the_help_tells_where_it_was_looked_for_and_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: list[str], named: str, help: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in there:
        (tmp_path / name).touch()
    workspace = Workspace.for_user({"HOME": str(tmp_path)})
    for read in (lambda: load(Source(named), workspace), lambda: workflow_name(Source(named), workspace)):
        with pytest.raises(InvalidInput) as missing:
            read()
        (found,) = missing.value.diagnostics
        assert (found.code, found.help) == ("file-missing", help.replace("HERE", str(tmp_path)))


def test_a_missing_file_of_variables_is_another_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workflow.yaml").write_text("version: 1\nname: shop\n", "utf-8")
    with pytest.raises(InvalidInput) as missing:
        load(Source("workflow.yaml", (), ("live.env",)), Workspace.for_user({"HOME": str(tmp_path)}))
    assert [(found.message, found.help) for found in missing.value.diagnostics] == [('no such file "live.env"', None)]

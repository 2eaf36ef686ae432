"""The public API: what it offers is there, and what it promises to keep to itself it keeps."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import runner.app
from runner.app import Headless, Source, Workspace, load_workflow
from runner.app.data_loss import DataLoss
from runner.core.address import Address
from runner.core.errors import InvalidInput, UsageError

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
EXAMPLE = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1]  # type: ignore[index]


@pytest.mark.parametrize("name", runner.app.__all__)
def test_every_public_name_can_be_imported_and_is_explained(name: str) -> None:
    assert getattr(runner.app, name).__doc__ or name == "Consequence"
    assert f"`{name}`" in PAGE.read_text("utf-8")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        runner.app.no_such_name  # noqa: B018


def test_the_example_has_some_fifteen_lines_and_uses_public_names_alone() -> None:
    imported = [node for node in ast.walk(ast.parse(EXAMPLE)) if isinstance(node, ast.ImportFrom)]
    assert [node.module for node in imported] == ["runner.app"]
    assert len([line for line in EXAMPLE.splitlines() if line.strip()]) <= 15


def test_the_example_keeps_to_the_types(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(EXAMPLE, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(tmp_path / "example.py")]
    done = subprocess.run(command, cwd=PAGE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_importing_the_api_loads_nothing_heavy() -> None:
    code = "import sys, runner.app; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PAGE.parents[1], capture_output=True, text=True, check=True)
    assert not {"click", "docker", "yaml", "jsonschema", "rich"} & set(done.stdout.split())


def test_a_file_with_errors_raises_all_of_them_with_their_texts(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text("version: 1\nname: shop\ncontainers: {web: {imag: a}, db: {image: b, restrat: always}}\n", "utf-8")
    with pytest.raises(InvalidInput) as raised:
        load_workflow(Source(str(file)), Workspace.for_user({}))
    assert {"imag", "restrat"} <= set(re.findall(r'"(\w+)"', " ".join(d.message for d in raised.value.diagnostics)))
    assert raised.value.sources[str(file)] == file.read_text("utf-8")


def test_a_variable_without_a_value_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "workflow.yaml").write_text("version: 1\nname: shop\n", "utf-8")
    with pytest.raises(UsageError, match="NAME=VALUE"):
        load_workflow(Source(str(tmp_path), ("TAG",)), Workspace.for_user({}))


def test_variables_come_out_of_the_environment_that_is_handed_in_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAG", "from-the-process")
    text = "version: 1\nname: shop\nvariables: {TAG: {}}\ncontainers: {web: {image: 'web:${TAG}'}}\n"
    (tmp_path / "workflow.yaml").write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match="TAG"):
        load_workflow(Source(str(tmp_path)), Workspace.for_user({}))
    workflow = load_workflow(Source(str(tmp_path)), Workspace.for_user({"TAG": "2"}))
    assert Address("image", "web:2") in workflow.desired.resources


def test_a_headless_frontend_approves_nothing_unless_told_to() -> None:
    loss = DataLoss((Address("volume", "data"),), ("to keep it, declare it again",))
    assert not Headless().approve(loss)
    assert Headless(decide=lambda one: isinstance(one, DataLoss)).approve(loss)

"""Which commands of runner run the commands that a file names as sources of secrets: those that the docs list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.cli import main as command_line

PAGE = Path(__file__).parents[3] / "docs" / "sensitive-values.md"
WORKFLOW = """
version: 1
name: shop
secrets: {token: {command: [touch, ran]}}
containers: {web: {image: nginx, secrets: [token]}}
"""
RUN_IT = ("plan", "apply", "status", "check", "inspect web", "bundle --out shop.tar", "graph --plan", "graph --live")
LEAVE_IT = ("validate", "graph", "doctor", "logs", "exec web true", "restart", "lock", "destroy", "history", "show")


@pytest.mark.parametrize("line", [*RUN_IT, *LEAVE_IT])
def test_a_secret_command_is_run_only_by_commands_that_need_what_it_prints(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    Path("workflow.yaml").write_text(WORKFLOW, "utf-8")
    command_line._run(line.split())
    assert Path("ran").exists() == (line in RUN_IT)


def test_the_docs_list_them() -> None:
    told = re.sub(r"\s+", " ", PAGE.read_text("utf-8"))
    found = re.search(r"run by the commands that need it: (.*?), but not by (.*?)\.", told)
    assert found
    run, left = (set(re.findall(r"`([^`]+)`", part)) for part in found.groups())
    assert run == {line.removesuffix(" web").removesuffix(" --out shop.tar") for line in RUN_IT} | {"rollback"}
    assert left == {line.split()[0] for line in LEAVE_IT}


COUNTING = """
version: 1
name: shop
secrets: {key: {command: [sh, -c, "echo run >>runs; echo hunter2-and-more"]}}
images: {site: {build: {dockerfile_inline: "FROM scratch"}}}
containers: {web: {image: site, secrets: [key]}}
"""


@pytest.mark.parametrize("line", ["plan", "inspect web", "inspect container.web", "inspect image.site", "inspect key"])
def test_it_runs_once(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    (tmp_path / "workflow.yaml").write_text(COUNTING)
    command_line._run(line.split())
    assert (tmp_path / "runs").read_text() == "run\n"

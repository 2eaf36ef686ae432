"""A command that a secret comes from may ask somebody or cost something: each command of runner runs it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.cli import main as command_line

WORKFLOW = """
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
    (tmp_path / "workflow.yaml").write_text(WORKFLOW)
    command_line._run(line.split())
    assert (tmp_path / "runs").read_text() == "run\n"

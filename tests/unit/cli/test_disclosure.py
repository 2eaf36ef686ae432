"""An error discloses nothing of files that the user has not named and that aren't the workflow's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from runner.cli import main as command_line
from tests.unit.cli.saved_plans import saved_plan

CREDENTIAL = "c2VjcmV0LWNyZWRlbnRpYWw"
HEAD = "version: 1\nname: shop\n"
CONTENTS = (
    json.dumps({"auths": {CREDENTIAL: {"auth": CREDENTIAL}}}, indent=1),
    json.dumps({"auths": {CREDENTIAL: {"auth": CREDENTIAL}}}, indent="\t"),
    f"{CREDENTIAL}\n",
    f"{CREDENTIAL}: {CREDENTIAL}: x\n",
    f"- {CREDENTIAL}\n",
    f"{CREDENTIAL}: 1\n{CREDENTIAL}: 2\n",
    f"a: *{CREDENTIAL}\n",
    f"a: !{CREDENTIAL} x\n",
    f"a: ${{{CREDENTIAL}}}\n",
    f"'{CREDENTIAL}\n",
    f"root:{CREDENTIAL}:0:0\nx: [\n",
    f"name: {CREDENTIAL}\nversion: {CREDENTIAL}\n",
    f"version: 1\ncontainers: {{ {CREDENTIAL}: {{image: '{CREDENTIAL} x', {CREDENTIAL}: 1}} }}\n",
    f"variables: {{A: {{pattern: '{CREDENTIAL}(', enum: [{CREDENTIAL}]}}}}\n",
    f"include: [{CREDENTIAL}]\n",
    f"networks: {{ {CREDENTIAL}: {{driver: {CREDENTIAL}, internal: {CREDENTIAL}}} }}\n",
    f"volumes: {CREDENTIAL}\n",
    f"{CREDENTIAL}\x00\n",
)


@pytest.fixture
def shown(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run commands in a folder of their own, and return what they show of a file."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")

    def run(*arguments: str) -> str:
        code = command_line._run(arguments)
        out, err = capfd.readouterr()
        assert code != 0, (arguments, out)
        return out + err

    return run


def everything(shown, *arguments: str) -> str:
    return "".join(shown(*command, *arguments) for command in (("validate",), ("validate", "-o", "json"), ("plan",)))


@pytest.mark.parametrize("content", CONTENTS)
def test_an_included_file_from_elsewhere_is_not_quoted(shown, tmp_path: Path, content: str):
    outside = tmp_path / ".docker" / "config.yaml"
    outside.parent.mkdir()
    outside.write_text(content)
    Path("link.yaml").symlink_to(outside)
    for name in (str(outside), "../.docker/config.yaml", "link.yaml"):
        Path("workflow.yaml").write_text(f"{HEAD}include: [{name}]\n")
        told = everything(shown)
        assert CREDENTIAL not in told, name
        assert f"{Path(name).name}:" in told or f'"{name}"' in told, "its place is told"


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("name", [".env", "secrets.yaml", "envs.yaml", "vars.yaml", ".hidden/a.yaml", "token.txt"])
def test_a_file_that_holds_secrets_is_not_quoted_where_it_is_included(shown, content: str, name: str):
    Path(".hidden").mkdir()
    Path(name).write_text(content)
    Path("workflow.yaml").write_text(
        f"{HEAD}include: [{name}]\nsecrets: {{s: {{file: secrets.yaml}}}}\n"
        "containers: {web: {image: x, env_file: [./envs.yaml]}}\n"
    )
    options = ("--var-file", name) if name == "vars.yaml" else ()
    told = shown("validate", *options) + shown("validate", "-o", "json", *options)
    if name != "vars.yaml":  # whoever gives it is told of its keys
        assert CREDENTIAL not in told
    assert not re.search(rf"\| .*{CREDENTIAL}", told)


@pytest.mark.parametrize("content", CONTENTS)
def test_a_workflow_that_is_a_link_out_of_its_folder_is_not_quoted(shown, tmp_path: Path, content: str):
    (tmp_path / "outside.yaml").write_text(content)
    Path("workflow.yaml").symlink_to("../outside.yaml")
    told = everything(shown) + shown("graph") + shown("inspect", "container.x")
    assert CREDENTIAL not in told


@pytest.mark.parametrize("content", CONTENTS)
def test_what_a_saved_plan_names_is_not_quoted(shown, tmp_path: Path, content: str):
    (tmp_path / "outside.yaml").write_text(content)
    plan = saved_plan(str(tmp_path / "outside.yaml"))
    Path("saved.plan").write_text(json.dumps(plan, indent=1))
    told = shown("apply", "saved.plan") + shown("apply", "saved.plan", "-o", "json")
    assert CREDENTIAL not in told
    assert "outside.yaml" in told


def test_an_env_file_from_elsewhere_is_not_quoted(shown, tmp_path: Path):
    (tmp_path / "outside.env").write_text(f"{CREDENTIAL}=${{{CREDENTIAL}}}\n{CREDENTIAL} {CREDENTIAL}\n")
    Path("workflow.yaml").write_text(f"{HEAD}containers: {{web: {{image: x, env_file: ../outside.env}}}}\n")
    assert CREDENTIAL not in everything(shown)


def test_a_lock_file_or_an_ignore_file_that_is_a_link_is_not_quoted(shown, tmp_path: Path):
    (tmp_path / "outside.yaml").write_text(f"{CREDENTIAL}: [\n")
    (tmp_path / "patterns").write_text(f"[{CREDENTIAL}\n")
    Path("workflow.lock.yaml").symlink_to("../outside.yaml")
    Path("workflow.yaml").write_text(f"{HEAD}networks: {{n: {{}}}}\n")
    assert CREDENTIAL not in shown("lock") + shown("plan", "--locked")
    Path("web").mkdir()
    Path("web/Dockerfile").write_text("FROM scratch\n")
    Path("web/.dockerignore").symlink_to("../../patterns")
    Path("workflow.yaml").write_text(f"{HEAD}images: {{web: {{build: web}}}}\n")
    told = shown("plan")
    assert "invalid pattern" in told
    assert CREDENTIAL not in told


def test_the_workflows_own_files_are_quoted(shown, tmp_path: Path):
    Path("parts").mkdir()
    Path("parts/base.yaml").write_text("containers: {web: {imgae: x}}\n")
    Path("workflow.yaml").write_text(f"{HEAD}include: [parts/base.yaml]\n")
    assert "1 | containers: {web: {imgae: x}}" in shown("validate")
    (tmp_path / "same").symlink_to(tmp_path / "project")
    assert "1 | containers: {web: {imgae: x}}" in shown("validate", str(tmp_path / "same"))
    outside = tmp_path / "named.yaml"
    outside.write_text(f"{HEAD}x: 1\nkey: x\n")
    assert "4 | key: x" in shown("validate", str(outside))

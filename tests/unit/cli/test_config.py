"""runner config: a file as it is understood, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.cli import main as command_line

WORKFLOW = """\
version: 1
name: shop
include: [base.yaml]
x-a: &a {A: "${TAG}", B: 0644, C: 1.10, D: "$$5", E: yes}
variables:
  TAG: {default: "2"}
  PASSWORD: {sensitive: true}
containers:
  web:
    image: nginx:${TAG}
    environment: {<<: *a, PASSWORD: "${PASSWORD}"}
    replicas: ${TAG}
    command: [sh, -c, "echo ${PASSWORD}"]
"""
BASE = "version: 1\nvolumes: {data: {}}\n"
RESOLVED = """\
version: 1
name: shop
volumes:
  data: {}
containers:
  web:
    image: nginx:2
    environment:
      PASSWORD: "***"
      A: "2"
      B: 0644
      C: 1.10
      D: $$5
      E: "yes"
    replicas: 2
    command: [sh, -c, echo ***]
"""
COMPOSE = "name: shop\nservices:\n  web: {image: 'nginx:${TAG:-1}', environment: [A=$$5, B=x]}\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command in a folder of its own, and return what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PASSWORD", "hunter2secret")
    monkeypatch.delenv("TAG", raising=False)

    def call(*arguments: str, code: int = 0) -> str:
        assert command_line._run(arguments) == code
        return capsys.readouterr().out

    return call


def test_a_workflow_is_shown_with_its_includes_and_values_and_without_secrets(run: Callable[..., str]) -> None:
    Path("workflow.yaml").write_text(WORKFLOW, "utf-8")
    Path("base.yaml").write_text(BASE, "utf-8")
    assert run("config") == RESOLVED
    shown = json.loads(run("config", "--format", "json"))
    assert shown["containers"]["web"]["environment"]["B"] == "0644"
    assert shown["containers"]["web"]["replicas"] == 2


def test_what_is_shown_of_a_workflow_is_one_again(run: Callable[..., str]) -> None:
    Path("workflow.yaml").write_text(WORKFLOW, "utf-8")
    Path("base.yaml").write_text(BASE, "utf-8")
    Path("again.yaml").write_text(run("config"), "utf-8")
    assert run("config", "again.yaml") == RESOLVED
    assert run("validate", "again.yaml")


def test_compose_files_are_shown_as_compose_does(run: Callable[..., str]) -> None:
    Path("compose.yaml").write_text(COMPOSE, "utf-8")
    Path("live.yaml").write_text("services: {web: {environment: {C: '1'}}}\n", "utf-8")
    model = json.loads(run("config", "-f", "compose.yaml", "-f", "live.yaml", "--format", "json"))
    assert model["services"]["web"]["environment"] == {"A": "$$5", "B": "x", "C": "1"}
    assert run("config", "--var", "TAG=3") == (
        "name: shop\nservices:\n  web:\n    environment:\n      A: $$5\n      B: x\n    image: nginx:3\n"
        "    networks:\n      default: null\nnetworks:\n  default:\n    name: shop_default\n"
    )


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_what_a_compose_file_calls_sensitive_is_masked(form: str, run: Callable[..., str]) -> None:
    text = "x-runner: {sensitive: [PASSWORD]}\nservices: {web: {image: a, command: 'login $PASSWORD'}}\n"
    Path("compose.yaml").write_text(text, "utf-8")
    shown = run("config", "--format", form)
    assert "***" in shown
    assert "hunter2secret" not in shown


def test_bytes_that_are_not_utf_8_are_shown_as_compose_shows_them(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAG", "caf\udce9")
    Path("compose.yaml").write_text(COMPOSE, "utf-8")
    Path(".env").write_bytes(b"A=caf\xe9\n")
    assert "image: nginx:caf\ufffd" in run("config")


def test_a_mistake_is_an_error(run: Callable[..., str]) -> None:
    Path("compose.yaml").write_text("services: {web: {}}\n", "utf-8")
    run("config", code=2)
    run("config", "missing.yaml", code=2)
    run("convert", "missing.yaml", code=2)

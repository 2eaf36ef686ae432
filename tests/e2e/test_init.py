"""init writes a workflow that runs as it is, and nothing over what is there."""

from __future__ import annotations

import re

import pytest

from tests.harness.cli import Cli
from tests.harness.engine import Engine

TEMPLATES = ("web", "app", "job")


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_it_writes_is_applied_and_then_left_alone(
    cli: Cli, workflow_name: str, engine: Engine, template: str
) -> None:
    cli.folder /= workflow_name
    cli.folder.mkdir()
    cli("init", template).exits(0)
    variables = ("--var", f"PORT={engine.free_port()}") if template == "web" else ()
    assert f"name: {workflow_name}\n" in (cli.folder / "workflow.yaml").read_text()
    cli("apply", *variables).exits(0)
    cli("plan", "--detailed-exitcode", *variables).exits(0)
    cli("destroy", "--volumes", "--images", "--yes", *variables).exits(0)


def test_an_editor_finds_the_schema_beside_it(cli: Cli) -> None:
    cli("init").exits(0)
    first = (cli.folder / "workflow.yaml").read_text().splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named
    assert (cli.folder / named[1]).read_text() == cli("schema").exits(0).stdout


def test_a_file_that_is_there_stays_as_it_is(cli: Cli) -> None:
    (cli.folder / "workflow.yaml").write_text("mine")
    assert '"workflow.yaml" already exists' in cli("init").exits(2).stderr
    assert (cli.folder / "workflow.yaml").read_text() == "mine"
    assert sorted(path.name for path in cli.folder.iterdir()) == ["workflow.yaml"]
    unknown = cli("init", "kubernetes").exits(2)
    assert all(template in unknown.stderr for template in TEMPLATES)

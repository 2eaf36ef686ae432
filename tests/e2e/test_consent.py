"""Data goes only when the user has said so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.cli import Cli
from tests.harness.live import Live

WITH_DATA = """
    volumes: {data: {}}
    containers: {web: {<<: *idle, volumes: ["data:/data"]}}
"""
WITHOUT = "containers: {web: *idle}"
REPLACED = WITH_DATA.replace("data: {}}", "data: {labels: {team: a}}}", 1)


@pytest.fixture
def applied(cli: Cli, workflow: Callable, live: Live) -> frozenset[str]:
    """A workflow with a volume; returns all that it has."""
    workflow(WITH_DATA)
    cli("apply").exits(0)
    return live.everything


@pytest.mark.parametrize(
    ("command", "text"),
    [(["destroy", "--volumes"], WITH_DATA), (["apply"], WITHOUT), (["apply"], REPLACED)],
    ids=["destroy", "orphan", "replace"],
)
def test_without_a_terminal_nothing_is_destroyed_unless_yes_is_said(
    cli: Cli, workflow: Callable, live: Live, applied: frozenset[str], command: list[str], text: str
) -> None:
    workflow(text)
    refused = cli(*command).exits(2)
    assert "volume.data" in refused.stderr
    assert "--yes" in refused.stderr
    assert live.everything == applied

    cli(*command, "--yes").exits(0)


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 130), ("\n", 130), ("\x03", 130)])
def test_on_a_terminal_it_is_asked_for(
    cli: Cli, workflow: Callable, live: Live, applied: frozenset[str], answer: str, code: int
) -> None:
    asked = cli.terminal("destroy", "--volumes", answers={"[y/N]": answer}).exits(code)
    assert "volume.data" in asked.stdout
    assert bool(live.everything) == (code != 0)


def test_destroy_without_volumes_asks_nothing_and_keeps_them(
    cli: Cli, workflow: Callable, live: Live, applied: frozenset[str], workflow_name: str
) -> None:
    cli("destroy").exits(0)
    assert live.everything == {f"volume {workflow_name}_data"}


def test_a_protected_volume_outlives_even_a_willing_destroy(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str
) -> None:
    workflow(WITH_DATA.replace("data: {}", "data: {protect: true}"))
    cli("apply").exits(0)
    cli("destroy", "--volumes", "--yes").exits(0)
    assert live.everything == {f"volume {workflow_name}_data"}


def test_a_workflow_is_destroyed_by_its_name_without_its_file(
    cli: Cli, live: Live, applied: frozenset[str], workflow_name: str
) -> None:
    (cli.folder / "workflow.yaml").unlink()
    cli("destroy", workflow_name, "--volumes", "--yes").exits(0)
    assert not live.everything


def test_destroying_what_is_not_there_is_no_failure(cli: Cli, workflow: Callable) -> None:
    workflow(WITH_DATA)
    cli("destroy", "--volumes").exits(0)


def test_where_there_is_nothing_to_destroy_that_is_said(cli: Cli) -> None:
    assert "the engine has nothing of no-such-workflow to remove" in cli("destroy", "no-such-workflow").exits(0).stdout


def test_a_copied_file_of_the_same_name_does_not_remove_the_others_containers_unasked(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    first = workflow("containers: {web: *idle, db: *idle}")
    cli("apply").exits(0)
    moved, copied = (cli.folder / name / "workflow.yaml" for name in ("moved", "copied"))
    for path in (moved, copied):
        path.parent.mkdir()
    moved.write_text(first.read_text().replace("db: *idle", "db: {<<: *idle, labels: {a: b}}"))
    copied.write_text(first.read_text().replace("web:", "api:").replace("db:", "store:"))
    cli("apply", str(moved)).exits(0)  # nothing much would go
    before = live.everything

    plan = str(cli.folder / "saved.plan")
    cli("plan", str(copied), "--out", plan).exits(0)
    for file in (str(copied), plan):
        refused = cli("apply", file).exits(2).stderr
        assert str(moved) in refused
        assert str(copied) in refused
        assert "container.web" in refused
        assert "--yes" in refused
        assert live.everything == before
    asked = cli.terminal("apply", str(copied), answers={"[y/N]": "n\n"}).exits(130)
    assert "container.web" in asked.stdout
    assert live.everything == before

    moved.write_text(first.read_text().replace("db:", "cache:"))
    cli("apply", str(moved)).exits(0)  # the same file may remove what it likes
    cli("apply", str(copied), "--yes").exits(0)
    assert set(live.containers) == {"api-1", "store-1"}

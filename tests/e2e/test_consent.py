"""Data goes only when the user has said so."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live
from tests.harness.step import step

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
    assert (
        "there are no resources of no-such-workflow on the engine" in cli("destroy", "no-such-workflow").exits(0).stdout
    )


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
    assert str(copied) in cli("rollback").exits(2).stderr  # to a file that would remove the present one's


def test_where_no_record_is_the_engine_tells_which_file_made_what_another_one_would_remove(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable, live: Live
) -> None:
    first = workflow("containers: {web: *idle, db: *idle}")
    cli("apply").exits(0)
    before, other = live.everything, clients()
    copied = workflow("containers: {api: *idle, store: *idle}", to=other)

    found = other("apply", "-o", "json").exits(2).json["diagnostics"]
    assert [one["code"] for one in found] == ["other-file"]
    for file in (first, copied):
        assert f'"{os.uname().nodename}:{file}"' in found[0]["message"]
    assert live.everything == before

    other("apply", "--target", "container.api").exits(0)  # which removes nothing
    assert str(first) in other("apply").exits(2).stderr
    other("apply", "--yes").exits(0)
    assert set(live.containers) == {"api-1", "store-1"}
    workflow("containers: {api: *idle}", to=other)
    other("apply").exits(0)
    assert str(copied) in cli("apply").exits(2).stderr


def test_what_a_file_changed_in_place_counts_as_its_own_and_a_file_alone_is_no_change(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable, live: Live
) -> None:
    text = "containers: {web: *idle, db: *idle}"
    workflow(text)
    cli("apply").exits(0)
    other, made = clients(), live.containers
    workflow(text, to=other)
    assert "resources unchanged" in other("apply").exits(0).stdout
    workflow(text.replace("*idle", "{<<: *idle, restart: always}"), to=other)
    other("apply").exits(0)
    assert live.containers == made
    workflow("containers: {api: *idle}", to=other)
    other("apply").exits(0)


def test_a_sensitive_variable_in_a_files_path_is_not_put_on_record(cli: Cli, workflow: Callable, live: Live) -> None:
    text = workflow("variables: {PASSWORD: {sensitive: true}}\ncontainers: {web: *idle}").read_text()
    path = cli.folder / "hunter2-and-more" / "workflow.yaml"
    path.parent.mkdir()
    path.write_text(text)
    for _ in range(2):
        cli("apply", str(path), env={"PASSWORD": "hunter2-and-more"}).exits(0)
    label = live.container("web")["Config"]["Labels"]["runner.file"]
    assert label == f"{os.uname().nodename}:{cli.folder}/***/workflow.yaml"


def test_a_file_on_another_machine_is_another_file_and_can_command_no_terminal(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str
) -> None:
    file = workflow("containers: {api: *idle}")
    labels = {
        "runner.workflow": workflow_name,
        "runner.address": "container.web",
        "runner.file": f"elsewhere:{file}\x1b[2J",
    }
    docker_client.api.create_container("busybox:stable", name=f"{workflow_name}-web-1", labels=labels)
    refused = cli("apply").exits(2).stderr
    assert f"elsewhere:{file}" in refused
    assert "\x1b" not in refused
    cli("apply", "--yes").exits(0)


def test_of_what_an_older_runner_made_the_history_tells_which_file_was_the_last(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    first = workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    labels = live.container("web")["Config"]["Labels"]
    del labels["runner.file"]
    docker_client.api.remove_container(live.id("web"), force=True)
    docker_client.api.create_container("busybox:stable", name=f"{workflow_name}-web-1", labels=labels)
    copied = cli.folder / "copied.yaml"
    copied.write_text(first.read_text().replace("web:", "api:"))
    assert str(first) in cli("apply", str(copied)).exits(2).stderr
    cli("apply", str(copied), "--yes").exits(0)


def test_destroy_asks_before_it_removes_what_another_file_made(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable, live: Live, workflow_name: str
) -> None:
    first = workflow("containers: {web: *idle, db: *idle}")
    cli("apply").exits(0)
    before, other = live.everything, clients()
    for text in ("containers: {api: *idle}", "containers: {}", "containers: {web: *idle, db: *idle}"):
        workflow(text, to=other)
        refused = other("destroy").exits(2).stderr
        assert f"{first}" in refused
        assert all(name in refused for name in ("container.web", "container.db"))
        assert "--yes" in refused
        (found,) = other("destroy", "-o", "json").exits(2).json["diagnostics"]
        assert found["code"] == "other-file"
        assert live.everything == before
    asked = other.terminal("destroy", answers={"[y/N]": "n\n"}).exits(130)
    assert "container.web" in asked.stdout
    assert live.everything == before

    with step("its own file, the name alone and --yes need no answer"):
        cli("destroy").exits(0)
        cli("apply").exits(0)
        other("destroy", workflow_name).exits(0)
        cli("apply").exits(0)
        other("destroy", "--yes").exits(0)
        assert live.containers == {}

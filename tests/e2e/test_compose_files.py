"""Compose files with every command that takes a file: chosen, planned, applied, looked at, converted, taken down."""

from __future__ import annotations

from pathlib import Path

import pytest
from docker.errors import NotFound

from tests.harness.cli import Cli
from tests.harness.live import Live

COMPOSE = """\
name: {name}
services:
  # what people see
  web:
    image: busybox:stable
    command: [sleep, infinity]
    init: true
    restart: always
    stop_grace_period: 0s
    environment:
      - WORD=${{WORD:-one}}
      - PASSWORD=$PASSWORD
    volumes: ["data:/data"]
  tool:
    image: busybox:stable
    command: [sleep, infinity]
    init: true
    restart: always
    stop_grace_period: 0s
    profiles: [tools]
  once:
    image: busybox:stable
    command: [echo, done]
volumes:
  data:
"""
LIVE = "services: {web: {environment: {MORE: live}}}\n"
RESOURCES = {"web-1", "once-1"}


@pytest.fixture
def project(cli: Cli, workflow_name: str) -> Path:
    """The folder with a Compose file, another one to merge into it, and the values of variables."""
    (cli.folder / "compose.yaml").write_text(COMPOSE.format(name=workflow_name), "utf-8")
    (cli.folder / "live.yaml").write_text(LIVE, "utf-8")
    (cli.folder / ".env").write_text("PASSWORD=hunter2secret\n", "utf-8")
    return cli.folder


def environment(live: Live, key: str) -> dict[str, str]:
    return dict(text.split("=", 1) for text in live.container(key)["Config"]["Env"])


def test_a_project_is_applied_changed_merged_converted_and_taken_down(cli: Cli, project: Path, live: Live) -> None:
    """Each step changes what its files say, and nothing else."""
    assert f"Plan for {live._workflow} from compose.yaml on Docker" in cli("plan").exits(0).stdout
    cli("apply").exits(0)
    assert live.containers.keys() == RESOURCES
    assert environment(live, "web")["PASSWORD"] == "hunter2secret"
    assert cli("plan", "--detailed-exitcode").exits(0).stdout.startswith("No changes: up to date with compose.yaml (")

    first = live.id("web")
    done = cli("apply", "--var", "WORD=two").exits(0)
    assert done.reasons["container.web"] == ["spec"]
    assert environment(live, "web")["WORD"] == "two"
    assert live.id("web") != first

    files = ("-f", "compose.yaml", "-f", "live.yaml")
    plan = cli("plan", *files, "-o", "json").exits(0).json
    assert plan["files"] == ["compose.yaml", "live.yaml"]
    cli("apply", *files).exits(0)
    assert environment(live, "web").keys() >= {"MORE", "WORD"}

    cli("rollback").exits(0)
    assert "MORE" not in environment(live, "web")
    assert environment(live, "web")["WORD"] == "two"
    cli("apply").exits(0)

    (project / ".env").write_text("PASSWORD=hunter2secret\nWORD=three\n", "utf-8")
    cli("apply").exits(0)
    assert environment(live, "web")["WORD"] == "three"
    cli("rollback").exits(0)
    assert environment(live, "web")["WORD"] == "one"
    (project / ".env").write_text("PASSWORD=hunter2secret\n", "utf-8")
    cli("apply").exits(0)

    text = cli("convert", "--out", "shop.yaml").exits(0)
    assert "hunter2secret" not in (project / "shop.yaml").read_text("utf-8") + text.text
    assert "  # what people see\n  web:\n" in (project / "shop.yaml").read_text("utf-8")
    before = live.containers
    cli("plan", "shop.yaml", "--detailed-exitcode").exits(0)
    cli("apply", "shop.yaml", "--yes").exits(0)
    assert live.containers == before

    cli("destroy", "--volumes", "--yes").exits(0)
    assert live.everything == frozenset()


def test_services_of_a_profile_are_started_and_left_alone_when_it_is_off(cli: Cli, project: Path, live: Live) -> None:
    """What is not asked for is not taken down; what the file lacks is."""
    cli("apply", "--profile", "tools").exits(0)
    assert live.runs("tool")
    tool = live.id("tool")
    cli("apply").exits(0)
    assert "left alone" in cli("status").exits(0).stdout
    assert live.id("tool") == tool
    file = project / "compose.yaml"
    before, tools, after = file.read_text("utf-8").partition("    profiles: [tools]\n")
    assert tools
    file.write_text(before[: before.index("  tool:\n")] + after, "utf-8")
    cli("apply").exits(0)
    with pytest.raises(NotFound):
        live.container("tool")


COMMANDS = {
    "validate": "compose.yaml is valid",
    "status": "in sync",
    "ls": "compose.yaml",
    "logs once": "done",
    "exec web -- echo hello": "hello",
    "inspect web": "busybox:stable",
    "graph --live": "container.web",
    "history": "succeeded",
    "restart web": "restarted",
    "doctor": "valid: compose.yaml",
    "lock": "compose.lock.yaml",
    "plan -v": "container.web",
    "plan -o markdown": "up to date with `compose.yaml`",
    "unlock": "is not locked",
    "config --format json": '"services"',
    "check": "compose.yaml declares no checks",
    "destroy": "container.web",
}
"""Each with a word of what it says."""


@pytest.mark.parametrize("named", [True, False], ids=["named", "found"])
def test_every_command_takes_a_compose_file(cli: Cli, project: Path, named: bool) -> None:
    """By its name, and without one."""
    cli("apply").exits(0)
    for line, told in COMMANDS.items():
        first, *rest = line.split()
        options = ["--file", "compose.yaml"] if named and first != "ls" else []
        done = cli(first, *options, *rest)
        assert told in done.text, line
        assert done.exit_code == (2 if first == "check" else 0), line


def test_a_saved_plan_and_a_bundle_hold_all_files_of_a_project(cli: Cli, project: Path, live: Live) -> None:
    files = ("-f", "compose.yaml", "-f", "live.yaml")
    cli("plan", *files, "--profile", "tools", "--out", "shop.plan").exits(0)
    cli("apply", "shop.plan").exits(0)
    assert live.runs("tool")
    assert "MORE" in environment(live, "web")
    cli("bundle", *files, "--out", "shop.tar").exits(0)
    for name in ("compose.yaml", "live.yaml"):
        (project / name).unlink()
    cli("destroy", live._workflow, "--yes").exits(0)
    cli("apply", "shop.tar").exits(0)
    assert environment(live, "web")["PASSWORD"] == "hunter2secret"
    assert environment(live, "web")["MORE"] == "live"


def test_mistakes_are_told_with_their_places_and_options_of_compose_are_refused_elsewhere(cli: Cli) -> None:
    (cli.folder / "compose.yaml").write_text("services:\n  web: {imgae: x}\n  db: {image: x, ports: [a]}\n", "utf-8")
    found = cli("plan", "-o", "json").exits(2).json["diagnostics"]
    assert {one["line"] for one in found} == {2, 3}
    (cli.folder / "workflow.yaml").write_text("version: 1\nname: shop\n", "utf-8")
    assert (
        '--profile is for Compose files, and "workflow.yaml" is none' in cli("plan", "--profile", "a").exits(2).stderr
    )


def test_destroy_leaves_a_network_on_which_others_run(cli: Cli, project: Path, live: Live) -> None:
    """It names them and does the rest, and the network goes when they have gone."""
    cli("apply").exits(0)
    network, name = f"{live._workflow}_default", f"{live._workflow}-web-run-0"
    live._client.containers.run("busybox:stable", ["sleep", "99"], detach=True, name=name, network=network, init=True)
    done = cli("destroy", "--volumes", "--yes").exits(0)
    assert f'warning[network-in-use]: network "{network}" is left, since these run on it: {name}' in done.stderr
    assert live.everything == {f"network {network}", f"container {name}"}
    live._client.containers.get(name).remove(force=True)
    cli("destroy").exits(0)
    assert live.everything == frozenset()


def test_a_password_that_a_record_lacks_is_asked_for_and_never_taken_as_blank(cli: Cli, project: Path) -> None:
    with (project / "compose.yaml").open("a", encoding="utf-8") as file:
        file.write("x-runner: {sensitive: [PASSWORD]}\n")
    cli("apply").exits(0)
    cli("apply", "--var", "WORD=two").exits(0)
    cli("bundle", "--out", "shop.tar").exits(0)
    (project / ".env").unlink()
    for command in ("rollback", "apply shop.tar"):
        assert 'error[missing-variable]: variable "PASSWORD" has no value' in cli(*command.split()).exits(2).stderr

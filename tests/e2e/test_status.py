"""status shows what is desired beside what lives: whether it is in sync, and how it fares."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from signal import SIGINT
from typing import Any

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.inventory import inventory
from tests.harness.live import Live


def rows(cli: Cli) -> dict[str, Mapping[str, Any]]:
    """Return the rows of the status by address."""
    return {row["address"]: row for row in cli("status", "-o", "json").exits(0).json["resources"]}


@pytest.fixture
def taken(docker_client: DockerClient, workflow_name: str) -> Iterator[str]:
    """The key of a container whose name is somebody else's already."""
    id = docker_client.api.create_container("busybox:stable", name=f"{workflow_name}-theirs-1")["Id"]
    yield "theirs"
    docker_client.api.remove_container(id)


def test_each_way_to_differ_has_a_word(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live, taken: str
) -> None:
    workflow("containers: {same: *idle, drifted: *idle, gone: *idle, orphan: *idle}")
    cli("apply").exits(0)
    docker_client.api.update_container(live.id("drifted"), restart_policy={"Name": "always"})
    docker_client.api.remove_container(live.id("gone"), force=True)
    workflow(f"containers: {{same: *idle, drifted: {{<<: *idle, restart: 'no'}}, gone: *idle, {taken}: *idle}}")

    seen = rows(cli)

    assert {key: seen[f"container.{key}"]["sync"] for key in ("same", "drifted", "gone", "orphan", taken)} == {
        "same": "in sync",
        "drifted": "drifted",
        "gone": "missing",
        "orphan": "orphan",
        taken: "taken",
    }
    shown = cli("status").exits(0)
    assert "7 resources: 3 in sync, 1 drifted, 1 missing, 1 orphan, 1 taken" in shown.stdout
    assert f'-{taken}-1" exists already and is not managed by runner' in shown.stderr


def test_health_is_told_apart_from_sync(cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live) -> None:
    workflow("""
        containers:
          plain: *idle
          sound: {<<: *idle, healthcheck: {test: [CMD, "true"], interval: 0.2s}}
          stopped: {<<: *idle, healthcheck: {test: [CMD, "true"], interval: 0.2s}}
    """)
    cli("apply").exits(0)
    docker_client.api.stop(live.id("stopped"), timeout=2)

    seen = rows(cli)

    assert (seen["container.plain"]["phase"], seen["container.plain"]["health"]) == ("running", None)
    assert (seen["container.sound"]["sync"], seen["container.sound"]["health"]) == ("in sync", "healthy")
    assert (seen["container.stopped"]["sync"], seen["container.stopped"]["phase"]) == ("drifted", "exited")
    assert seen["container.stopped"]["uptime_seconds"] is None
    assert seen["container.plain"]["uptime_seconds"] >= 0
    table = {line.split()[0]: line for line in cli("status").exits(0).stdout.splitlines() if line}
    assert re.search(r"  exited \(\d+\)  ", table["container.stopped"])
    assert "  healthy  " in table["container.sound"]


def test_ports_and_image_are_those_of_the_live_container(
    cli: Cli, workflow: Callable, live: Live, engine: Engine
) -> None:
    port = engine.free_port()
    workflow(f"containers: {{web: {{<<: *server, ports: ['127.0.0.1:{port}:80']}}}}")
    cli("apply").exits(0)
    row = rows(cli)["container.web"]
    assert row["ports"] == [f"127.0.0.1:{port}->80/tcp"]
    assert row["image_id"] == rows(cli)["image.busybox:stable"]["image_id"] == live.container("web")["Image"]


def test_a_job_that_runs_with_every_apply_is_in_sync_all_the_same(cli: Cli, workflow: Callable) -> None:
    workflow("jobs: {nightly: {<<: *idle, command: ['true'], rerun: always}}")
    cli("apply").exits(0)
    assert cli("plan", "--detailed-exitcode").exits(10).stdout.count("requested") == 2
    row = rows(cli)["job.nightly"]
    assert (row["sync"], row["phase"]) == ("in sync", "succeeded")


def test_looking_changes_nothing(cli: Cli, workflow: Callable, docker_client: DockerClient) -> None:
    workflow("containers: {web: *idle}")
    before = inventory(docker_client)
    assert rows(cli)["container.web"]["sync"] == "missing"
    assert inventory(docker_client) == before


def test_watching_tells_each_change_of_the_engine_and_of_the_file_until_ctrl_c(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live
) -> None:
    file = workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    watching = cli.start("status", "--watch", "-o", "json", logged=False)

    def web(**wanted: str) -> dict[str, Any]:
        """Return the first status of the container that is as wanted, of the next few: there may be others between."""
        for _ in range(5):
            rows = json.loads(watching.next_line())["resources"]
            row: dict[str, Any] = next(row for row in rows if row["address"] == "container.web")
            if wanted.items() <= row.items():
                return row
        raise AssertionError(f"no status with {wanted}")

    web(phase="running", sync="in sync")
    docker_client.api.stop(live.id("web"), timeout=0)
    web(phase="exited", sync="drifted")
    docker_client.api.start(live.id("web"))
    web(phase="running", sync="in sync")
    file.write_text(file.read_text().replace("{web: *idle}", "{web: {<<: *idle, command: [sleep, '9999']}}"))
    web(phase="running", sync="drifted")

    watching.send(SIGINT).finish().exits(130)


def test_a_watched_status_is_drawn_on_a_terminal_and_stays_when_it_is_closed(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    shown = cli.terminal("status", "--watch", answers={"Ctrl-C ends": "\x03"}, logged=False).exits(130).stdout
    screen, _, left = shown.partition("\x1b[?1049l")
    assert screen.count("\x1b[?1049h") == 1
    assert "container.web" in left

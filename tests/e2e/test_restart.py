"""restart stops containers and starts them again as they are, with those that share their namespaces."""

from __future__ import annotations

import time
from collections.abc import Callable

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

SHOP = """
x-quick: &quick {image: "busybox:stable", stop_signal: SIGKILL, command: [sleep, infinity], update: {settle: 0s}}
containers:
  db: {<<: *quick, labels: {generation: "1"}, healthcheck: {test: [CMD, "true"], interval: 0.2s}}
  side: {<<: *quick, network_mode: "container:db"}
  web: {<<: *quick, replicas: 2}
  frail:
    <<: *quick
    command: [sh, -c, "test -e /once && exit 3; touch /once; sleep infinity"]
    update: {settle: 2s}  # where the engine is slow, a program may begin after its container runs
jobs: {once: {image: "busybox:stable", command: "true"}}
"""


def began(live: Live, key: str) -> str:
    return str(live.container(key)["State"]["StartedAt"])


def test_containers_are_restarted_as_they_are_and_the_run_is_on_record(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str
) -> None:
    workflow(SHOP)
    cli("apply", "-m", "first cut").exits(0)
    before = live.containers
    # By this file, db would come after side, which shares nothing any more.
    workflow(
        SHOP.replace('generation: "1"}', 'generation: "2"}, depends_on: [side]').replace(
            'network_mode: "container:db"', "network_mode: none"
        )
    )
    done = cli("restart", "db", "web[2]", "-m", "stuck").exits(0)
    assert done.reasons == {
        "container.db": ["requested"],
        "container.web[2]": ["requested"],
        "container.side": ["dependency"],
    }
    assert set(done.endings.values()) == {"ready"}
    assert done.path("container.db") == ["stopping", "running", "ready"]
    assert live.containers == before
    assert live.container("db")["Config"]["Labels"]["generation"] == "1"
    assert began(live, "side") > began(live, "db") > began(live, "web")

    failed = cli("restart", "frail").exits(1)
    assert "container.frail failed" in failed.stdout
    assert "exited with code 3" in failed.stdout
    assert "job.once cannot be restarted, only containers" in cli("restart", "once").exits(2).stderr
    assert 'did you mean "web"?' in cli("restart", "wbe").exits(2).stderr

    runs = cli("history", "-o", "json").exits(0).json["runs"]
    assert [(run["command"], run["message"], run["result"]) for run in runs] == [
        ("restart", None, "failed"),
        ("restart", "stuck", "succeeded"),
        ("apply", "first cut", "succeeded"),
    ]
    assert {one["address"]: (one["verb"], one["done"]) for one in runs[0]["changes"] + runs[1]["changes"]} == {
        "container.frail": ("restart", False),
        "container.db": ("restart", True),
        "container.web[2]": ("restart", True),
        "container.side": ("restart", True),
    }
    assert (
        "no earlier successful apply" in cli("rollback").exits(2).stderr
    )  # the restarts changed nothing to go back from
    shown = cli("show", runs[1]["run_id"], workflow_name).exits(0).stdout
    assert ": stuck" in shown


def test_a_restart_that_is_killed_leaves_the_container_running(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: {<<: *idle, init: false, stop_grace_period: 1s}}")  # killed after a second
    cli("apply").exits(0)
    before, deadline = began(live, "web"), time.monotonic() + 20
    cli.start("restart", "web").until("container.web", "stopping").abandon()
    while began(live, "web") == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert began(live, "web") > before
    assert live.runs("web")


def test_programs_run_in_one_that_was_restarted_without_time_to_stop(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow("containers: {web: {<<: *idle, stop_grace_period: 0s, update: {settle: 0s}}}")
    cli("apply").exits(0)
    cli("restart", "web").exits(0)
    assert docker_client.containers.get(live.id("web")).exec_run(["true"]).exit_code == 0

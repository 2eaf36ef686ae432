"""An apply that is undone as a whole: after a failure anywhere, the engine is as it was before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from signal import SIGINT, SIGKILL
from typing import Any

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live
from tests.harness.step import step

GOOD, BAD = "sleep, infinity", "no-such-program"
SHOP = """
x-once: &once {{<<: *idle, init: false, stop_signal: SIGKILL}}
on_failure: {on_failure}
networks: {{front: {{labels: {{release: "{release}"}}}}}}
volumes: {{data: {{}}}}
images:
  site: {{build: {{dockerfile_inline: "FROM busybox:stable\\nRUN echo {release} >/release"}}}}
containers:
  db: {{<<: *idle, networks: [front], limits: {{memory: {memory}}}, volumes: ["data:/data"]}}
  web:
    {{<<: *idle, image: site, networks: [front], depends_on: [db], update: {{order: start-first, settle: 0.2s}}}}
  {key}: {{<<: *idle, networks: [front], depends_on: [web]}}
  last: {{<<: *once, networks: [front], depends_on: [{key}], command: [{command}], labels: {{release: "{release}"}}}}
"""


def shop(release: int, command: str = GOOD, *, on_failure: str = "rollback") -> str:
    """Return a workflow of which another release updates, replaces, makes anew, builds, creates and removes."""
    memory, key = f"{64 * release}m", f"only-{release}"
    return SHOP.format(release=release, command=command, memory=memory, key=key, on_failure=on_failure)


@pytest.fixture
def seen(live: Live, docker_client: DockerClient, workflow_name: str) -> Callable[[], Mapping[str, Any]]:
    """Return what there is to bring back: all that exists, and how each container runs, with what, and where."""

    def look() -> Mapping[str, Any]:
        found: dict[str, Any] = {"everything": live.everything, "image": live.image(f"{workflow_name}-site")}
        for name, id in live.containers.items():
            inspect = docker_client.api.inspect_container(id)
            networks = inspect["NetworkSettings"]["Networks"]
            found[name] = {
                "id": id,
                "runs": inspect["State"]["Running"],
                "memory": inspect["HostConfig"]["Memory"],
                "networks": {network: set(endpoint["Aliases"]) for network, endpoint in networks.items()},
            }
        return found

    return look


def test_a_failure_anywhere_undoes_all_that_was_done(
    cli: Cli, workflow: Callable, live: Live, seen: Callable, workflow_name: str, docker_client: DockerClient
) -> None:
    workflow(shop(1))
    cli("apply").exits(0)
    before = seen()
    workflow(shop(2, BAD))

    undone = cli("apply").exits(5)

    assert seen() == before
    assert docker_client.api.inspect_network(f"{workflow_name}_front")["Labels"]["release"] == "1"
    assert "container.last failed: rolling back all changes" in undone.stderr
    assert undone.endings["container.web"] == undone.endings["container.db"] == "rolled_back"
    names = [event["event"] for event in undone.events]
    assert names.index("rollback.started") < names.index("rollback.step") < names.index("rollback.finished")
    with step("what was applied before is what is there"):
        workflow(shop(1))
        cli("plan", "--detailed-exitcode").exits(0)
    with step("and the same release, once it works, is applied as a whole"):
        workflow(shop(2))
        cli("apply").exits(0)
        assert set(live.containers) == {"db-1", "web-1", "only-2-1", "last-1"}
        cli("plan", "--detailed-exitcode").exits(0)


def test_a_first_apply_that_fails_leaves_nothing(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(shop(1, BAD, on_failure="keep"))
    before = live.everything
    cli("apply", "--atomic").exits(5)
    assert live.everything == before


def test_without_it_what_was_done_stays(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(shop(1, BAD, on_failure="keep"))
    cli("apply").exits(1)
    assert live.runs("web")


def test_an_interruption_undoes_all_as_well(cli: Cli, workflow: Callable, seen: Callable) -> None:
    workflow(shop(1))
    cli("apply").exits(0)
    before = seen()
    workflow(shop(2).replace("last: {", "last: {healthcheck: {test: [CMD, 'false'], interval: 0.2s, retries: 1000}, "))

    undone = cli.start("apply").until("container.last", "running").send(SIGINT).finish().exits(130)

    assert seen() == before
    assert undone.endings["container.web"] == "rolled_back"
    assert undone.endings["container.last"] == "cancelled"


@pytest.mark.parametrize(("address", "state"), [("container.web", "stopping"), ("container.last", "creating")])
def test_one_that_was_killed_is_completed_by_the_next_apply(
    cli: Cli, workflow: Callable, live: Live, address: str, state: str
) -> None:
    workflow(shop(1))
    cli("apply").exits(0)
    workflow(shop(2))
    cli.start("apply").until(address, state).send(SIGKILL).finish().exits(-SIGKILL)
    cli("apply").exits(0)
    assert set(live.containers) == {"db-1", "web-1", "only-2-1", "last-1"}
    cli("plan", "--detailed-exitcode").exits(0)


def test_one_that_was_killed_while_it_was_undone_is_completed_by_the_next_apply(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    web = "web: {{<<: *idle, environment: {{RELEASE: '{}'}}}}"
    text = f"containers: {{{{{web}, last: {{{{<<: *idle, init: false, command: [{{}}], depends_on: [web]}}}}}}}}"
    workflow(text.format(1, GOOD))
    cli("apply").exits(0)
    workflow(text.format(2, BAD))
    cli.start("apply", "--atomic").until_event("rollback.step").send(SIGKILL).finish().exits(-SIGKILL)
    workflow(text.format(1, GOOD))
    cli("apply").exits(0)
    assert set(live.containers) == {"web-1", "last-1"}
    assert "RELEASE=1" in live.container("web")["Config"]["Env"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_limit_that_the_engine_could_not_take_off_again_costs_a_replacement(
    cli: Cli, workflow: Callable, seen: Callable
) -> None:
    text = "containers: {{db: {{<<: *idle{}}}, last: {{<<: *idle, init: false, command: [{}], depends_on: [db]}}}}"
    images = "\nimages: {site: {build: {dockerfile_inline: 'FROM busybox:stable'}}}"
    workflow(text.format("", GOOD) + images)
    cli("apply").exits(0)
    before = seen()
    workflow(text.format(", limits: {memory: 64m}", BAD) + images)
    cli("apply", "--atomic").exits(5)
    assert seen() == before


def test_what_was_written_into_a_volume_stays_and_that_is_said(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    text = """
        volumes: {{data: {{}}}}
        containers: {{web: {{<<: *idle, init: false, volumes: ["data:/data"], command: [{}]}}}}
    """
    workflow(text.format(GOOD))
    cli("apply").exits(0)
    workflow(text.format("sh, -c, 'echo new >/data/file; exit 3'"))
    assert "except data written to volumes" in cli("apply", "--atomic").exits(5).stderr
    assert docker_client.containers.get(live.id("web")).exec_run(["cat", "/data/file"]).output == b"new\n"


def test_a_volume_that_would_lose_its_data_is_refused(cli: Cli, workflow: Callable, live: Live) -> None:
    text = """
        on_failure: rollback
        volumes: {{data: {{labels: {{release: "{}"}}}}}}
        containers: {{web: {{<<: *idle, volumes: ["data:/data"]}}}}
    """
    workflow(text.format(1))
    cli("apply").exits(0)
    before = live.containers
    workflow(text.format(2))
    refused = cli("apply", "--yes").exits(1)
    assert "volume.data would be replaced and its data lost, which cannot be rolled back" in refused.text
    assert live.containers == before


def test_the_file_is_refused_where_both_cannot_be_had(cli: Cli, workflow: Callable, tmp_path: Path) -> None:
    workflow("containers: {web: {<<: *server, ports: ['8080:80'], update: {order: start-first}}}")
    refused = cli("validate").exits(2)
    assert 'host port 8080 conflicts with update order "start-first"' in refused.text

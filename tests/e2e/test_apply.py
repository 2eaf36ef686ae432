"""apply makes the engine match the file, with the smallest action that does it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live
from tests.harness.step import step


def test_everything_declared_is_made_and_a_second_apply_changes_nothing(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow("""
        networks: {front: {}, back: {internal: true}}
        volumes: {data: {}}
        containers:
          db: {<<: *idle, networks: [back], volumes: ["data:/data"]}
          web: {<<: *idle, networks: [front, back], replicas: 2, depends_on: [db]}
    """)
    cli("apply").exits(0)
    assert set(live.containers) == {"db-1", "web-1", "web-2"}
    made = live.containers

    again = cli("apply").exits(0)

    assert live.containers == made
    assert set(again.endings.values()) == {"unchanged"}


@pytest.mark.parametrize(
    ("before", "after", "read", "value"),
    [
        ("limits: {memory: 32m}", "limits: {memory: 64m}", lambda seen: seen["HostConfig"]["Memory"], 64 << 20),
        (
            "restart: always",
            "restart: unless-stopped",
            lambda seen: seen["HostConfig"]["RestartPolicy"]["Name"],
            "unless-stopped",
        ),
        ("networks: [one]", "networks: [one, two]", lambda seen: len(seen["NetworkSettings"]["Networks"]), 2),
    ],
    ids=["limits", "restart policy", "networks"],
)
def test_what_can_change_in_place_keeps_the_container(
    cli: Cli, workflow: Callable, live: Live, before: str, after: str, read: Callable, value: object
) -> None:
    text = "networks: {{one: {{}}, two: {{}}}}\ncontainers: {{web: {{<<: *idle, {}}}}}"
    workflow(text.format(before))
    cli("apply").exits(0)
    id = live.id("web")
    workflow(text.format(after))

    changed = cli("apply").exits(0)

    assert live.id("web") == id
    assert read(live.container("web")) == value
    assert "updating" in changed.path("container.web")
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_cannot_change_in_place_replaces_the_container_under_its_name(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow("containers: {web: {<<: *idle, environment: {A: '1'}}}")
    cli("apply").exits(0)
    old = live.id("web")
    workflow("containers: {web: {<<: *idle, environment: {A: '2'}}}")

    cli("apply").exits(0)

    assert live.id("web") != old
    assert live.containers == {"web-1": live.id("web")}
    assert "A=2" in live.container("web")["Config"]["Env"]


def test_a_removed_key_goes_back_to_its_default(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: {<<: *idle, limits: {memory: 32m, pids: 20}, restart: always}}")
    cli("apply").exits(0)
    workflow("containers: {web: *idle}")

    cli("apply").exits(0)

    host_config = live.container("web")["HostConfig"]
    assert (host_config["Memory"], host_config["RestartPolicy"]["Name"]) in [(0, "no"), (0, "")]
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_is_declared_no_more_is_removed(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("""
        networks: {side: {}}
        containers: {web: {<<: *idle, replicas: 3}, aside: {<<: *idle, networks: [side]}}
    """)
    cli("apply").exits(0)
    kept = live.id("web")
    workflow("containers: {web: *idle}")

    removed = cli("apply").exits(0)

    assert live.containers == {"web-1": kept}
    assert not any("side" in thing for thing in live.everything)
    assert all(reasons == ["orphan"] for reasons in removed.reasons.values())


def test_a_container_that_another_hand_removed_or_stopped_comes_back(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live
) -> None:
    workflow("containers: {web: *idle, db: *idle}")
    cli("apply").exits(0)
    stopped = live.id("web")
    docker_client.api.stop(stopped, timeout=2)
    docker_client.api.remove_container(live.id("db"), force=True)

    cli("apply").exits(0)

    assert live.id("web") == stopped
    assert live.runs("web")
    assert live.runs("db")


def test_a_changed_network_is_made_anew_under_living_containers(cli: Cli, workflow: Callable, live: Live) -> None:
    text = "networks: {{front: {{labels: {{release: '{}'}}}}}}\ncontainers: {{web: {{<<: *idle, networks: [front]}}}}"
    workflow(text.format(1))
    cli("apply").exits(0)
    id, started = live.id("web"), live.container("web")["State"]["StartedAt"]
    workflow(text.format(2))

    cli("apply").exits(0)

    assert live.id("web") == id
    assert live.container("web")["State"]["StartedAt"] == started
    cli("plan", "--detailed-exitcode").exits(0)


def test_everything_goes_from_one_name_to_the_next_without_colliding_ports(
    cli: Cli, workflow: Callable, live: Live, engine: Engine
) -> None:
    port = engine.free_port()
    text = "containers: {{{}: {{<<: *server, ports: ['127.0.0.1:{}:80']}}}}"
    with step("one container holds the port"):
        workflow(text.format("before", port))
        cli("apply").exits(0)
        assert live.page(port, "/group")
    with step("and another one, by another key, takes its place"):
        workflow(text.format("after", port))
        cli("apply").exits(0)
        assert set(live.containers) == {"after-1"}
        assert live.page(port, "/group")

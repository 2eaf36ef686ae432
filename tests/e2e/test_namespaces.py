"""Namespaces of another entry: named by its key or its own name, in order, and followed wherever the owner goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

QUICK = "update: {settle: 0s}"
UNHEALTHY = "healthcheck: {test: 'false', interval: 100ms, retries: 1}"


@pytest.fixture
def key_of(docker_client: DockerClient, workflow_name: str) -> Callable[[str], str]:
    """Return the key of the container with an id."""

    def find(id: str) -> str:
        labels = docker_client.api.inspect_container(id)["Config"]["Labels"]
        assert labels["runner.workflow"] == workflow_name
        return str(labels["runner.address"]).removeprefix("container.")

    return find


@pytest.fixture
def owners(live: Live, docker_client: DockerClient, key_of: Callable) -> Callable[[], dict[str, set[str]]]:
    """Return the keys of the owners of each container's namespaces, as the engine has them."""

    def find() -> dict[str, set[str]]:
        found = {}
        for id in live.containers.values():
            config = docker_client.api.inspect_container(id)["HostConfig"]
            modes = (str(config[mode]) for mode in ("NetworkMode", "PidMode", "IpcMode"))
            found[key_of(id)] = {
                key_of(mode.removeprefix("container:")) for mode in modes if mode.startswith("container:")
            }
        return found

    return find


@pytest.mark.parametrize("called", ["key", "name"])
def test_joiners_follow_an_owner_with_a_name_of_its_own(
    cli: Cli,
    workflow: Callable,
    docker_client: DockerClient,
    live: Live,
    owners: Callable,
    workflow_name: str,
    called: str,
) -> None:
    def write(owner: str, name: str = f"{workflow_name}.vpn") -> None:
        ref = "vpn" if called == "key" else name
        workflow(f"""
            containers:
              app: {{<<: *idle, network_mode: "container:{ref}", {QUICK}}}
              seer: {{<<: *idle, pid: "container:{ref}", init: false, {QUICK}}}
              shm: {{<<: *idle, ipc: "container:{ref}", {QUICK}}}
              vpn: {{<<: *server, ipc: shareable, name: {name}, {owner}}}
        """)

    write(QUICK)
    cli("apply").exits(0)
    joined = {"app": {"vpn"}, "seer": {"vpn"}, "shm": {"vpn"}, "vpn": set()}
    assert owners() == joined
    cli("plan", "--detailed-exitcode").exits(0)
    before = live.containers

    write(QUICK, f"{workflow_name}.box")
    renamed = cli("apply").exits(0)
    assert {key: renamed.endings[f"container.{key}"] for key in ("app", "seer", "shm")} == {
        "app": "unchanged",
        "seer": "unchanged",
        "shm": "unchanged",
    }
    assert sorted(live.containers.values()) == sorted(before.values())

    write(f"{QUICK}, hostname: other")
    cli("apply").exits(0)
    assert owners() == joined
    cli("plan", "--detailed-exitcode").exits(0)

    before = live.containers
    write(f"{QUICK}, hostname: third, {UNHEALTHY}")
    failed = cli("apply").exits(5)
    assert failed.endings["container.vpn"] == "rolled_back"
    assert live.containers == before
    assert owners() == joined
    assert all(docker_client.containers.get(id).status == "running" for id in before.values())
    write(f"{QUICK}, hostname: other")
    cli("plan", "--detailed-exitcode").exits(0)

    cli("destroy", "--yes").exits(0)
    assert live.containers == {}


def test_a_replacement_killed_between_owner_and_joiner_is_made_good(
    cli: Cli, workflow: Callable, live: Live, owners: Callable, workflow_name: str
) -> None:
    def write(more: str = "", settle: str = "0s") -> None:
        workflow(f"""
            containers:
              vpn: {{<<: *server, name: {workflow_name}.vpn, update: {{settle: {settle}}}, {more}}}
              app: {{<<: *idle, network_mode: "container:vpn", {QUICK}}}
        """)

    write()
    cli("apply").exits(0)
    write("hostname: other", "3s")
    cli.start("apply").until("container.vpn", "running").abandon()

    cli("apply").exits(0)

    assert owners() == {"vpn": set(), "app": {"vpn"}}
    cli("plan", "--detailed-exitcode").exits(0)


def test_the_owner_is_removed_after_its_joiners(cli: Cli, workflow: Callable) -> None:
    workflow(f"""
        containers:
          vpn: {{<<: *server, {QUICK}}}
          app: {{<<: *idle, network_mode: "container:vpn", {QUICK}}}
    """)
    cli("apply").exits(0)

    destroyed = cli("destroy", "--yes").exits(0)

    removed = [event["address"] for event in destroyed.events if event.get("to") == "removed"]
    assert removed.index("container.app") < removed.index("container.vpn")


@pytest.mark.parametrize(
    ("app", "told"),
    [
        ("network_mode: 'service:vpn'", "write container:vpn"),
        ("pid: 'service:vpn'", "write container:vpn"),
        ("ipc: 'service:vpn'", "write container:vpn"),
        ("pid: 'container:seed'", "seed is a job, whose namespaces end with it"),
        ("network_mode: 'container:off'", "container.off will not exist"),
        ("ipc: 'container:app'", "container.app depends on itself"),
    ],
)
def test_an_owner_that_cannot_be_is_an_error(cli: Cli, workflow: Callable, app: str, told: str) -> None:
    workflow(f"""
        containers: {{app: {{<<: *idle, {app}}}, off: {{<<: *idle, replicas: 0}}}}
        jobs: {{seed: {{image: "busybox:stable", command: "true"}}}}
    """)
    assert told in cli("validate").exits(2).stderr

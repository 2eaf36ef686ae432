"""Who shares a namespace of another container is never left with a dead one: seen, and mended by a restart in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

QUICK = "update: {settle: 0s}"
VPN = f"{{<<: *server, {QUICK}}}"
APP = f"{{<<: *idle, network_mode: 'container:vpn', {QUICK}}}"


@pytest.fixture
def reaches(docker_client: DockerClient, live: Live) -> Callable[..., bool]:
    """Tell whether a container gets an answer from its owner's server over the network that they share."""

    def ask(key: str, number: int = 1) -> bool:
        container = docker_client.containers.get(live.id(key, number))
        return bool(container.exec_run(["wget", "-q", "-O-", "http://127.0.0.1/hostname"])[0] == 0)

    return ask


@pytest.fixture
def theirs(docker_client: DockerClient, workflow_name: str) -> Iterator[str]:
    """The name of a running container that is nobody's of the workflow, and serves /etc on port 80."""
    name = f"{workflow_name}-theirs"
    command = ["httpd", "-f", "-p", "80", "-h", "/etc"]
    container = docker_client.containers.run("busybox:stable", command, name=name, init=True, detach=True)
    yield name
    container.remove(force=True)


def hands(docker_client: DockerClient, live: Live, what: str, key: str) -> None:
    """Do to a container by hand what a row of a test says."""
    getattr(docker_client.api, what)(live.id(key), **({} if what == "kill" else {"timeout": 1}))


@pytest.mark.parametrize("what", ["stop", "restart", "kill"])
def test_an_owner_that_ended_takes_its_sharers_along_when_it_is_started_again(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live, reaches: Callable, what: str
) -> None:
    workflow(f"containers: {{vpn: {VPN}, app: {APP}}}")
    cli("apply").exits(0)
    before = live.containers
    hands(docker_client, live, what, "vpn")

    planned, status = cli("plan").exits(0), cli("status").exits(0)
    applied = cli("apply").exits(0)

    row = next(line for line in status.stdout.splitlines() if line.startswith("container.app"))
    assert "drifted" in row
    cause = "is restarted" if what != "restart" else "was restarted after it"
    assert f"container.vpn {cause}" in planned.stdout
    assert applied.reasons["container.app"] == ["dependency" if what != "restart" else "drift"]
    assert applied.endings["container.app"] == "ready"
    assert reaches("app")
    assert live.containers == before, "nothing was to be replaced"
    cli("plan", "--detailed-exitcode").exits(0)


def test_every_namespace_and_every_sharer_of_a_sharer_is_joined_again(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live, reaches: Callable
) -> None:
    workflow(f"""
        containers:
          vpn: {{<<: *server, ipc: shareable, {QUICK}}}
          app: {{<<: *idle, network_mode: "container:vpn", replicas: 2, {QUICK}}}
          shm: {{<<: *idle, ipc: "container:vpn", {QUICK}}}
          seer: {{<<: *idle, pid: "container:vpn", init: false, {QUICK}}}
          third: {{<<: *idle, network_mode: "container:app", {QUICK}}}
          stopped: {APP}
          paused: {APP}
    """)
    cli("apply").exits(0)
    before = live.containers
    docker_client.api.stop(live.id("stopped"), timeout=1)
    docker_client.api.pause(live.id("paused"))
    docker_client.api.stop(live.id("vpn"), timeout=1)

    cli("apply").exits(0)

    assert reaches("app", 1)
    assert reaches("app", 2)
    assert reaches("third")
    assert reaches("stopped")
    assert reaches("paused")
    assert _links(docker_client, live, "vpn", "ipc") == _links(docker_client, live, "shm", "ipc")
    assert _links(docker_client, live, "vpn", "pid") == _links(docker_client, live, "seer", "pid")
    assert live.containers == before
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_replaced_owner_takes_its_sharers_along_and_a_failed_one_gives_them_back(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live, reaches: Callable
) -> None:
    sharers = f"""
          app: {APP}
          third: {{<<: *idle, network_mode: "container:app", {QUICK}}}
          seer: {{<<: *idle, pid: "container:vpn", init: false, {QUICK}}}
    """
    workflow(f"containers:\n          vpn: {VPN}{sharers}")
    cli("apply").exits(0)
    workflow(f"containers:\n          vpn: {{<<: *server, hostname: other, {QUICK}}}{sharers}")
    replaced = cli("apply").exits(0)

    assert replaced.endings["container.third"] == "ready"
    assert reaches("app")
    assert reaches("third")
    before = live.containers
    workflow(f"containers:\n          vpn: {{<<: *server, command: 'sleep 0.2', update: {{settle: 1s}}}}{sharers}")
    failed = cli("apply").exits(5)

    assert failed.endings["container.vpn"] == "rolled_back"
    assert live.containers == before
    assert reaches("app")
    assert reaches("third")
    assert live.runs("seer")
    workflow(f"containers:\n          vpn: {{<<: *server, hostname: other, {QUICK}}}{sharers}")
    cli("plan", "--detailed-exitcode").exits(0)


def test_an_atomic_run_that_is_undone_leaves_sharers_with_the_living_owner(
    cli: Cli, workflow: Callable, live: Live, reaches: Callable
) -> None:
    workflow(f"containers: {{vpn: {VPN}, app: {APP}}}")
    cli("apply").exits(0)
    before = live.containers
    late = "{image: 'busybox:stable', command: 'sleep 0.2', depends_on: [app]}"
    workflow(f"containers: {{vpn: {{<<: *server, hostname: other, {QUICK}}}, app: {APP}, late: {late}}}")

    cli("apply", "--atomic").exits(5)

    assert live.containers == before
    assert reaches("app")
    workflow(f"containers: {{vpn: {VPN}, app: {APP}}}")
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_run_that_is_killed_between_owner_and_sharer_is_mended_by_the_next(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live, reaches: Callable
) -> None:
    workflow(f"containers: {{vpn: {{<<: *server, update: {{settle: 2s}}}}, app: {APP}}}")
    cli("apply").exits(0)
    docker_client.api.stop(live.id("vpn"), timeout=1)
    cli.start("apply").until("container.vpn", "running").abandon()

    applied = cli("apply").exits(0)

    assert applied.endings["container.app"] in ("ready", "unchanged")
    assert reaches("app")
    cli("plan", "--detailed-exitcode").exits(0)


def test_an_owner_of_somebody_else_is_followed_as_well(
    cli: Cli, workflow: Callable, docker_client: DockerClient, reaches: Callable, theirs: str
) -> None:
    workflow(f"containers: {{app: {{<<: *idle, network_mode: 'container:{theirs}', {QUICK}}}}}")
    cli("apply").exits(0)
    docker_client.api.stop(theirs, timeout=1)
    idle = cli("plan").exits(0)
    docker_client.api.start(theirs)
    planned = cli("plan").exits(0)

    cli("apply").exits(0)

    assert f'container.app shares network_mode with "{theirs}", which is not running' in idle.stderr
    assert f'"{theirs} was restarted after it' in planned.stdout
    assert reaches("app")
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_target_does_not_leave_sharers_behind(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live, reaches: Callable
) -> None:
    workflow(f"containers: {{vpn: {VPN}, app: {APP}}}")
    cli("apply", "--target", "container.vpn").exits(0)
    cli("apply").exits(0)
    docker_client.api.stop(live.id("vpn"), timeout=1)

    refused = cli("apply", "--target", "container.vpn").exits(1)
    cli("apply", "--target", "container.app").exits(0)

    assert "container.vpn would be restarted while used by container.app" in refused.stderr
    assert reaches("app")


def test_an_owner_that_is_replaced_against_the_plan_leaves_nobody_behind_in_silence(
    cli: Cli, workflow: Callable, live: Live, reaches: Callable
) -> None:
    workflow(f"containers: {{vpn: {VPN}, app: {APP}}}")
    cli("apply").exits(0)
    before = live.containers
    workflow(f"containers: {{vpn: {{<<: *server, limits: {{memory: 64m}}, {QUICK}}}, app: {APP}}}")

    undone = cli("apply", "--atomic").exits(5)  # there is no way back from a first limit but the old container

    assert "containers sharing its namespaces" in undone.text
    assert live.containers == before
    assert reaches("app")
    cli("apply").exits(0)
    assert live.containers == before
    assert reaches("app")


def test_a_sharer_of_what_does_not_keep_running_is_not_called_ready(cli: Cli, workflow: Callable) -> None:
    dying = "{image: 'busybox:stable', init: true, command: 'sleep 0.6', restart: always}"
    workflow(f"containers: {{vpn: {dying}, app: {{<<: *idle, network_mode: 'container:vpn'}}}}")

    applied = cli("apply").exits(1)

    assert applied.endings["container.app"] == "failed"


def _links(docker_client: DockerClient, live: Live, key: str, namespace: str) -> str:
    """Return which namespace a container's own process is in; for ipc, what its shared memory is."""
    command = ["stat", "-c", "%d", "/dev/shm"] if namespace == "ipc" else ["readlink", f"/proc/self/ns/{namespace}"]
    return str(docker_client.containers.get(live.id(key)).exec_run(command)[1].decode())


def test_an_atomic_run_that_is_undone_says_of_sharers_what_becomes_of_them(
    cli: Cli, workflow: Callable, live: Live, reaches: Callable
) -> None:
    text = f"""
        containers:
          vpn: {{<<: *server, ipc: shareable, environment: {{A: "1"}}, {QUICK}}}
          app: {APP}
          ipc: {{<<: *idle, ipc: "container:vpn", {QUICK}}}
          bad: {{<<: *idle, network_mode: "container:vpn", init: true, {QUICK}}}
    """
    workflow(text)
    cli("apply").exits(0)
    before = live.containers
    bad = text.replace('A: "1"', 'A: "2"').replace(f"init: true, {QUICK}", "init: true, command: ['false']")
    workflow(bad)

    undone = cli("apply", "--atomic").exits(5)

    assert {undone.endings[f"container.{key}"] for key in ("vpn", "app", "ipc", "bad")} == {"rolled_back"}
    assert "restoring the previous one failed" not in undone.text
    assert live.containers == before
    assert reaches("app")
    workflow(text)
    cli("plan", "--detailed-exitcode").exits(0)

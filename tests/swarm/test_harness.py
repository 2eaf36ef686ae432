"""The swarm's harness itself: what other tests of this folder take for granted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from operator import eq
from pathlib import Path

import pytest
from docker import DockerClient
from docker.types import EndpointSpec, Mount, NetworkAttachmentConfig, ServiceMode

from tests.harness.cli import Cli
from tests.harness.engine_state import differences
from tests.harness.image import BASE
from tests.harness.login import log_in
from tests.harness.registry import LOGIN, Registry
from tests.harness.swarm import HUB, Node, Swarm, dispose_abandoned_swarms
from tests.harness.swarm_state import description, inventory_of, remove_workflow, tasks, versions
from tests.harness.until import until

ROOT = Path(__file__).parents[2]
SERVE = ["sh", "-c", "mkdir /web; hostname >/web/index.html; exec httpd -f -p 80 -h /web"]
Swarms = Callable[..., Swarm]


def create(client: DockerClient, name: str, workflow: str = "", **more) -> str:
    """Create a service that idles, unless told otherwise, and return its name."""
    given = {
        "image": BASE,
        "command": ["sleep", "infinity"],
        "init": True,
        "mode": ServiceMode("replicated", 3),
        **more,
    }
    labels = {"runner.workflow": workflow} if workflow else {}
    client.services.create(name=name, labels=labels, **given)
    return name


def published(port: int) -> EndpointSpec:
    """Return what publishes port 80 of each task on its node."""
    return EndpointSpec("dnsrr", ports={port: (80, "tcp", "host")})  # type: ignore[dict-item]  # the stubs say text


def running(client: DockerClient, service: str, wanted: int = 3) -> list:
    """Wait for so many tasks to run, and return them."""

    def are_running(found: list) -> bool:
        return [task.state for task in found] == ["running"] * wanted

    return until(lambda: tasks(client, service), are_running, 60)


def test_all_three_nodes_are_managers(swarm: Swarm, docker_client: DockerClient) -> None:
    assert swarm.states(docker_client) == {"n1": "ready", "n2": "ready", "n3": "ready"}
    assert {one["Spec"]["Role"] for one in docker_client.api.nodes()} == {"manager"}


def test_a_service_of_three_tasks_is_spread_over_the_nodes(docker_client: DockerClient, workflow_name: str) -> None:
    service = create(docker_client, f"{workflow_name}-web", workflow_name)
    assert sorted(task.node for task in running(docker_client, service)) == ["n1", "n2", "n3"]


def test_every_node_has_the_same_base_image(swarm: Swarm) -> None:
    def identify(node: Node) -> str:
        with node.client() as client:
            return str(client.images.get(BASE).id)

    assert len({identify(node) for node in swarm.nodes}) == 1


def test_tasks_reach_each_other_by_the_name_of_the_service(
    swarm: Swarm, docker_client: DockerClient, workflow_name: str
) -> None:
    labels = {"runner.workflow": workflow_name}
    network = docker_client.networks.create(f"{workflow_name}_front", driver="overlay", labels=labels)
    attached = {"networks": [NetworkAttachmentConfig(network.id)], "endpoint_spec": EndpointSpec("dnsrr")}
    web = create(docker_client, f"{workflow_name}-web", workflow_name, command=SERVE, **attached)
    only_there = {"constraints": ["node.hostname == n2"], "mode": ServiceMode("replicated", 1)}
    asking = create(docker_client, f"{workflow_name}-asking", workflow_name, **only_there, **attached)
    running(docker_client, web)
    [task] = running(docker_client, asking, 1)
    with swarm.nodes[1].client() as client:
        container = client.containers.get(task.container)
        for name in (web, f"tasks.{web}"):
            # the resolver's own address, and one of each task; what runs elsewhere is known a moment later
            until(lambda asked=name: container.exec_run(["nslookup", asked]).output.count(b"Address"), partial(eq, 4))
            until(
                lambda asked=name: container.exec_run(["timeout", "5", "wget", "-qO-", f"http://{asked}/"]).exit_code,
                partial(eq, 0),
            )


def test_a_host_port_is_reachable_from_the_hub(swarm: Swarm, docker_client: DockerClient, workflow_name: str) -> None:
    port = swarm.free_port()
    create(docker_client, f"{workflow_name}-web", workflow_name, command=SERVE, endpoint_spec=published(port))
    running(docker_client, f"{workflow_name}-web")
    for node in swarm.nodes:
        assert until(lambda url=f"http://{node.address}:{port}/": swarm.page(url), bool)


def test_runner_runs_in_the_hubs_network(cli: Cli, swarm: Swarm) -> None:
    link = "import os; print(os.readlink('/proc/self/ns/net'), os.environ['DOCKER_HOST'])"
    assert cli.python(link).stdout.split() == [swarm.exec_in_hub("readlink", "/proc/self/ns/net").strip(), swarm.url]


def test_every_node_pulls_from_the_registry(
    docker_client: DockerClient, releases: list[str], workflow_name: str
) -> None:
    assert releases[0] == f"{HUB}:5000/base:1"
    service = create(docker_client, f"{workflow_name}-web", workflow_name, image=releases[1])
    assert {task.image for task in running(docker_client, service)} == {releases[1]}


def test_a_registry_with_a_login_gives_nothing_without(
    closed: Registry, docker_client: DockerClient, workflow_name: str, tmp_path: Path
) -> None:
    reference = closed.push(BASE, "base:1")
    service = create(docker_client, f"{workflow_name}-web", workflow_name, image=reference)
    until(lambda: tasks(docker_client, service, wanted=None), lambda found: any(task.error for task in found))
    assert not [task for task in tasks(docker_client, service) if task.state == "running"]
    docker_client.services.get(service).remove()
    log_in(tmp_path, closed.host, *LOGIN)
    docker_client.api.reload_config(str(tmp_path / "config.json"))
    service = create(docker_client, f"{workflow_name}-again", workflow_name, image=reference)
    running(docker_client, service)


def test_what_a_workflow_has_is_described_and_removed(
    swarm: Swarm, docker_client: DockerClient, workflow_name: str
) -> None:
    labels = {"runner.workflow": workflow_name}
    before = description(docker_client)
    docker_client.configs.create(name=f"{workflow_name}-page", data=b"one", labels=labels)
    docker_client.secrets.create(name=f"{workflow_name}-key", data=b"two", labels=labels)
    docker_client.networks.create(f"{workflow_name}_front", driver="overlay", labels=labels)
    kept = {"mounts": [Mount("/data", f"{workflow_name}_data", labels=labels)], "networks": [f"{workflow_name}_front"]}
    service = create(docker_client, f"{workflow_name}-web", workflow_name, **kept)
    running(docker_client, service)
    own = {thing for thing in inventory_of(docker_client) if workflow_name in thing}
    assert {thing.split()[0] for thing in own} == {"service", "network", "secret", "config"}
    assert differences(before, description(docker_client)) != []
    written = versions(docker_client)
    found = docker_client.api.inspect_service(service)
    docker_client.api.update_service(found["ID"], found["Version"]["Index"], fetch_current_spec=True)
    changed = {name for name, version in versions(docker_client).items() if version != written[name]}
    assert changed == {f"service {service}"}
    remove_workflow(swarm, workflow_name)
    assert differences(before, description(docker_client)) == []


@pytest.fixture
def fragile(private_swarms: Swarms) -> Iterator[tuple[Swarm, DockerClient]]:
    """A private swarm that notices quickly who is missing."""
    swarm = private_swarms(heartbeat=1)
    with swarm.client() as client:
        yield swarm, client


def test_a_node_that_is_cut_off_or_without_power_is_down_until_it_is_back(
    fragile: tuple[Swarm, DockerClient],
) -> None:
    swarm, client = fragile
    second, third = swarm.nodes[1:]
    with swarm.without(third):
        until(lambda: swarm.states(client), lambda states: states["n3"] == "down", 30)
    until(lambda: swarm.states(client), lambda states: states["n3"] == "ready", 30)
    swarm.down(second)
    until(lambda: swarm.states(client), lambda states: states["n2"] == "down", 30)
    swarm.up(second)
    until(lambda: swarm.states(client), lambda states: states["n2"] == "ready", 30)
    service = create(client, "web")
    assert sorted(task.node for task in running(client, service)) == ["n1", "n2", "n3"]


def test_a_drained_node_has_no_tasks_until_it_is_activated(fragile: tuple[Swarm, DockerClient]) -> None:
    swarm, client = fragile
    swarm.drain(swarm.nodes[2])
    service = create(client, "web")
    assert {task.node for task in running(client, service)} == {"n1", "n2"}
    swarm.activate(swarm.nodes[2])
    everywhere = create(client, "everywhere", mode=ServiceMode("global"))
    assert {task.slot for task in running(client, everywhere)} == {"n1", "n2", "n3"}


def test_a_second_swarm_at_the_same_time_does_not_disturb_the_first(
    swarm: Swarm, docker_client: DockerClient, private_swarms: Swarms, workflow_name: str
) -> None:
    port = swarm.free_port()
    service = create(docker_client, workflow_name, workflow_name, command=SERVE, endpoint_spec=published(port))
    before = [task.container for task in running(docker_client, service)]
    other = private_swarms(managers=1)
    with other.client() as client:
        assert [one["Spec"]["Role"] for one in client.api.nodes()].count("manager") == 1
        other.promote(other.nodes[1])
        assert inventory_of(client) == {"network ingress"}
        create(client, workflow_name, command=SERVE, endpoint_spec=published(port))
        beside = [task.container for task in running(client, workflow_name)]
        pages = [until(lambda at=at: at.page(f"http://{at.manager.address}:{port}/"), bool) for at in (swarm, other)]
    for page, containers in zip(pages, (before, beside), strict=True):
        assert page.strip() in [container[:12] for container in containers]
    other.dispose()
    assert [task.container for task in running(docker_client, service)] == before


KILLED = """
import os, sys, time
from tests.harness.swarm import new_private_swarm
swarm = new_private_swarm(nodes=2, managers=1)
swarm.start_registry()
with swarm.client() as client:
    client.services.create("busybox:stable", command=["sleep", "infinity"], name="web")
print(swarm.folder, flush=True)
time.sleep(600)
"""


def test_nothing_is_left_of_a_swarm_whose_tests_were_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.Popen([sys.executable, "-c", KILLED], env=environment, stdout=subprocess.PIPE, text=True)
    folder = Path(killed.stdout.readline().strip())
    networks = {_network(file) for file in (folder / "hub", *folder.glob("n*/run/holder"))}
    assert len(networks) == 3
    assert len(processes_in(networks)) > 6
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    dispose_abandoned_swarms()
    assert not folder.exists()
    assert processes_in(networks) == []
    assert str(folder) not in Path("/proc/self/mountinfo").read_text()


def _network(file: Path) -> str:
    return os.readlink(f"/proc/{file.read_text().split()[0]}/ns/net")  # noqa: PTH115 - it isn't a path


def processes_in(networks: set[str]) -> list[str]:
    """Return the ids of the processes that are in one of these network namespaces."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.readlink(process / "ns/net") in networks:  # noqa: PTH115
                found.append(process.name)
    return found

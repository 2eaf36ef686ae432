"""Engines that manage no swarm, and swarms that can't be used: clear errors, and never a wrong plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.harness.cli import Cli
from tests.harness.services import Services
from tests.harness.swarm import Swarm
from tests.harness.swarm_state import tasks
from tests.harness.until import until
from tests.harness.workflow_file import write_workflow

Swarms = Callable[..., Swarm]

WEB = """\
networks: {default: {driver: overlay}}
images: {box: {reference: "busybox:stable", pull: never}}
containers: {web: {image: box, command: sleep infinity, init: true, replicas: 2, update: {settle: 0s}}}
"""

JOB_THERE = """\
images: {box: {reference: "busybox:stable", pull: never}}
jobs: {there: {image: box, command: sleep 1000, init: true, place: {constraints: [node.hostname == n3]}}}
"""


@pytest.fixture
def private(private_swarms: Swarms) -> Iterator[Swarm]:
    """A swarm of this test's own."""
    return private_swarms(heartbeat=1)


@pytest.fixture
def client_of(clients: Callable[..., Cli]) -> Callable[..., Cli]:
    """Make a command line in the folder of a workflow for a swarm."""

    def make(at: object) -> Cli:
        cli = clients(at=at)
        write_workflow(cli.folder, "shop", WEB, head="engine: swarm\n")
        return cli

    return make


def test_what_an_engine_lacks_to_be_a_manager_is_told(private_swarms: Swarms, client_of: Callable[..., Cli]) -> None:
    swarm = private_swarms(nodes=2, managers=1)
    worker = client_of(swarm.nodes[1])
    refused = worker("plan").exits(1)
    assert "[not-a-manager]" in refused.stderr
    assert "10.77.0.1" in refused.stderr, "where a manager is"
    assert "[not-a-manager]" in worker("apply", "-y").exits(1).stderr
    with swarm.nodes[1].client() as client:
        client.swarm.leave()
    assert "docker swarm init" in worker("plan").exits(1).stderr


def test_without_a_quorum_nothing_is_planned(private: Swarm, client_of: Callable[..., Cli]) -> None:
    cli = client_of(private)
    cli("apply", "-y", timeout=120).exits(0)
    private.cut(private.nodes[1])
    private.cut(private.nodes[2])
    try:
        # Until it notices, some seconds later, the manager goes on answering by what it knows.
        until(lambda: cli("plan", timeout=90), lambda done: done.exit_code, 60)
        for command in ("plan", "status", "logs", "destroy"):
            refused = cli(command, timeout=90).exits(1)
            assert "[no-quorum]" in refused.stderr
            assert "to create" not in refused.text
        assert "[no-quorum]" in cli("destroy", "-y", "shop", timeout=90).exits(1).stderr
        assert "not listed" in cli("ls", timeout=90).exits(0).stderr
    finally:
        private.heal(private.nodes[1])
        private.heal(private.nodes[2])
    again = until(lambda: cli("plan", "--detailed-exitcode", timeout=90), lambda done: done.exit_code == 0, 90)
    assert "No changes" in again.stdout


def test_a_lost_leader_is_waited_for(private: Swarm, client_of: Callable[..., Cli]) -> None:
    leader = _leader(private)
    asked = next(node for node in private.nodes if node is not leader)
    with asked.client() as client:
        cli = client_of(private)
        env = {"DOCKER_HOST": asked.url}
        cli("apply", "-y", env=env, timeout=120).exits(0)
        private.cut(leader)
        try:
            done = cli("plan", env=env, timeout=120).exits(0)
            assert "network" not in done.stdout.replace("networks", ""), "no overlay is taken for gone"
        finally:
            private.heal(leader)
        assert until(lambda: {one.state for one in tasks(client, "shop-web")}, lambda found: found == {"running"}, 90)


def test_a_locked_swarm_is_told(private: Swarm, client_of: Callable[..., Cli]) -> None:
    cli = client_of(private)
    with private.client() as client:
        version = client.api.inspect_swarm()["Version"]["Index"]
        spec = client.api.inspect_swarm()["Spec"]
        spec["EncryptionConfig"] = {"AutoLockManagers": True}
        client.api.update_swarm(version=version, swarm_spec=spec)
    private.nodes[0].restart()
    refused = until(lambda: cli("plan", timeout=90), lambda done: "[swarm-locked]" in done.stderr, 60)
    assert "docker swarm unlock" in refused.exits(1).stderr


def test_a_node_that_goes_down_fails_its_job_and_its_tasks_do_not_count(
    private: Swarm, client_of: Callable[..., Cli]
) -> None:
    lost, cli, other = private.nodes[2], client_of(private), client_of(private)
    cli("apply", "-y", timeout=120).exits(0)
    write_workflow(other.folder, "long", JOB_THERE, head="engine: swarm\n")
    job = other.start("apply", "-y")
    job.until("job.there", "running")
    private.down(lost)
    failed = job.finish(60).exits(1)
    assert failed.ending("job.there")["cause"] == f"{lost.name} went down while it ran"
    with private.client() as client:
        until(lambda: private.states(client)[lost.name], lambda state: state == "down", 60)
        services = Services(client, "shop")
        services.await_running("web", 2, 90)
    row = next(
        row for row in cli("status", "-o", "json").exits(0).json["resources"] if row["address"] == "container.web"
    )
    assert row["replicas"]["running"] == 2
    assert {share["node"] for share in row["replicas"]["nodes"] if not share["down"]} <= {"n1", "n2"}


def _leader(swarm: Swarm) -> object:
    with swarm.client() as client:
        listed = client.api.nodes()
    name = next(one["Description"]["Hostname"] for one in listed if (one.get("ManagerStatus") or {}).get("Leader"))
    return next(node for node in swarm.nodes if node.name == name)

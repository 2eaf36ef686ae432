"""Volumes that nobody named outlive their containers, are found again, and go by consent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.live import Live
from tests.harness.step import step

OTHER = "other: *idle"
ANONYMOUS = f"containers: {{{OTHER}, web: {{<<: *idle, volumes: [/anon]}}}}"
WITHOUT = f"containers: {{{OTHER}}}"


def volume_of(live: Live, key: str, target: str = "/anon") -> str:
    """Name the volume at a path; Engine 28 itself doesn't, where somebody asked for it by the path alone."""
    mount = next(m for m in live.container(key)["Mounts"] if m["Destination"] == target)
    return str(mount.get("Name") or mount["Source"].split("/")[-2])


def volumes(client: DockerClient) -> set[str]:
    return {volume.name for volume in client.volumes.list()}


def retained(cli: Cli) -> list[tuple[str, str, str]]:
    found = cli("plan", "-o", "json").exits(0).json["retained"]
    return [(one["name"], one["owner"], one["target"]) for one in found]


@pytest.fixture
def with_volume(docker_client: DockerClient) -> Iterator[str]:
    """An image with a VOLUME of its own."""
    api, name = docker_client.api, "runner-test/declares-a-volume"
    container = api.create_container("busybox:stable")
    api.commit(container, repository=name, tag="1", conf={"Volumes": {"/of image/": {}}})
    api.remove_container(container)
    yield f"{name}:1"
    docker_client.images.remove(f"{name}:1", force=True)


def test_an_anonymous_volume_is_told_of_listed_and_removed_by_consent(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    before = volumes(docker_client)
    workflow(ANONYMOUS)
    cli("apply").exits(0)
    volume = volume_of(live, "web")
    cli("plan", "--detailed-exitcode").exits(0)

    with step("the plan that removes its container says that it is kept"):
        workflow(WITHOUT)
        assert "anonymous volume at /anon is kept" in cli("plan").exits(0).stdout
        (change,) = [c for c in cli("plan", "-o", "json").json["changes"] if c["address"] == "container.web"]
        assert change["retains"] == [{"name": volume, "target": "/anon"}]
        assert not change["destroys_data"]

    with step("later commands find it, and none of them takes it for a change"):
        cli("apply").exits(0)
        idle = cli("plan", "--detailed-exitcode").exits(0)
        assert f"Retained: anonymous volume of container.web at /anon, {volume}" in idle.stdout
        assert retained(cli) == [(volume, "container.web", "/anon")]
        (row,) = [r for r in cli("status", "-o", "json").json["resources"] if r["sync"] == "retained"]
        assert (row["address"], row["owner"], row["target"]) == (f"volume.{volume[:12]}", "container.web", "/anon")
        assert "of container.web at /anon" in cli("status").exits(0).stdout

    with step("a container that comes back begins with a new one"):
        workflow(ANONYMOUS)
        cli("apply").exits(0)
        assert volume_of(live, "web") != volume
        assert retained(cli) == [(volume, "container.web", "/anon")]

    with step("destroy leaves both, and says so"):
        told = cli("destroy").exits(0).stdout
        assert "anonymous volume at /anon is kept" in told
        assert volume in told
        assert len(volumes(docker_client) - before) == 2

    with step("destroy --volumes takes them, with consent, even without the file"):
        (cli.folder / "workflow.yaml").unlink()
        refused = cli("destroy", workflow_name, "--volumes").exits(2)
        assert f"volume.{volume[:12]}" in refused.stderr
        cli("destroy", workflow_name, "--volumes", "--yes").exits(0)
        assert volumes(docker_client) <= before


def test_what_an_image_declares_and_a_replacement_drops_and_others_remove_is_found_too(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, with_volume: str
) -> None:
    before = volumes(docker_client)
    image = f"image: '{with_volume}'"
    workflow(f"containers: {{web: {{<<: *idle, {image}, volumes: [/a, /b]}}}}")
    cli("apply").exits(0)
    a, b, by_image = (volume_of(live, "web", target) for target in ("/a", "/b", "/of image"))

    with step("a mount that is dropped"):
        workflow(f"containers: {{web: {{<<: *idle, {image}, volumes: [/b]}}}}")
        told = cli("plan").exits(0).stdout
        assert "anonymous volume at /a is kept" in told
        assert told.count("is kept") == 1
        cli("apply").exits(0)
        assert [volume_of(live, "web", target) for target in ("/b", "/of image")] == [b, by_image]
        assert retained(cli) == [(a, "container.web", "/a")]

    with step("a container that was removed by hand"):
        docker_client.containers.get(live.id("web")).remove(force=True)
        found = {(name, target) for name, _, target in retained(cli)}
        assert found == {(a, "/a"), (b, "/b"), (by_image, "/of image")}
    cli("destroy", "--volumes", "--yes").exits(0)
    assert volumes(docker_client) <= before


def test_those_of_a_job_go_with_its_record_and_are_found_after_a_prune(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    before = volumes(docker_client)
    job = "jobs: {{seed: {{image: 'busybox:stable', volumes: [/anon], command: [touch, /anon/{}]}}}}"
    workflow(job.format("a"))
    cli("apply").exits(0)
    first = volume_of(live, "seed")
    workflow(job.format("b"))
    cli("apply").exits(0)
    second = volume_of(live, "seed")
    assert first not in volumes(docker_client)
    assert not retained(cli)
    docker_client.containers.get(live.id("seed")).remove()
    assert retained(cli) == [(second, "job.seed", "/anon")]
    cli("destroy", "--volumes", "--yes").exits(0)
    assert volumes(docker_client) <= before


@pytest.fixture
def adopted(cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str) -> str:
    """A container whose anonymous volume runner didn't make, and gave no label; returns that."""
    docker_client.containers.run(
        "busybox:stable",
        ["sleep", "infinity"],
        name=f"{workflow_name}-web-1",
        init=True,
        volumes=["/anon"],
        detach=True,
    )
    workflow(ANONYMOUS.replace("volumes: [/anon]", "network_mode: bridge"))
    cli("apply", "--adopt").exits(0)
    workflow(WITHOUT)
    return volume_of(live, "web")


@pytest.mark.parametrize("action", ["", "kill", "kill_after"])
def test_a_volume_without_a_label_is_not_lost_however_a_removal_ends(
    cli: Cli, docker_client: DockerClient, proxy: FaultProxy, adopted: str, action: str
) -> None:
    if action:
        proxy.break_with(Fault(action, method="DELETE", path="^/containers/"))
        assert cli("apply", env={"DOCKER_HOST": proxy.url}).exit_code < 0
    cli("apply").exits(0)
    assert retained(cli) == [(adopted, "container.web", "/anon")]
    cli("destroy", "--volumes", "--yes").exits(0)
    assert adopted not in volumes(docker_client)
    cli("plan", "--detailed-exitcode").exits(10)


def test_one_that_was_removed_by_hand_is_forgotten(cli: Cli, docker_client: DockerClient, adopted: str) -> None:
    cli("apply").exits(0)
    docker_client.volumes.get(adopted).remove()
    assert not retained(cli)
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)

"""What is not the workflow's own is never touched, and what is in the way is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.inventory import inventory
from tests.harness.live import Live


@pytest.fixture
def foreign(docker_client: DockerClient, workflow_name: str) -> Iterator[Callable[[str], str]]:
    """Make a thing of somebody else's under a name that the workflow wants; return its id."""
    undo: list[Callable[[], object]] = []

    def make(kind: str) -> str:
        if kind == "container":
            container = docker_client.containers.create("busybox:stable", ["sh"], name=f"{workflow_name}-web-1")
            undo.append(lambda: container.remove(force=True))
            return str(container.id)
        if kind == "network":
            network = docker_client.networks.create(f"{workflow_name}_front")
            undo.append(network.remove)
            return str(network.id)
        if kind == "volume":
            volume = docker_client.volumes.create(f"{workflow_name}_data")
            undo.append(volume.remove)
            return str(volume.id)
        docker_client.images.get("busybox:stable").tag(f"{workflow_name}-site", "latest")
        return str(docker_client.images.get(f"{workflow_name}-site").id)

    yield make
    for step in undo:
        step()


@pytest.mark.parametrize("kind", ["container", "network", "volume", "image"])
def test_a_thing_of_the_same_name_stops_the_apply_before_anything_is_done(
    cli: Cli, workflow: Callable, foreign: Callable[[str], str], docker_client: DockerClient, kind: str
) -> None:
    workflow("""
        images: {site: {build: {dockerfile_inline: "FROM busybox:stable\\nENV A=b"}}}
        networks: {front: {}}
        volumes: {data: {}}
        containers: {web: {<<: *idle, image: site, networks: [front], volumes: ["data:/data"]}}
    """)
    id = foreign(kind)
    before = inventory(docker_client)

    refused = cli("apply").exits(1)

    assert inventory(docker_client) == before
    assert foreign_is_untouched(docker_client, kind, id)
    assert f'{kind} "' in refused.text
    assert "is not managed by runner" in refused.text
    cli("destroy", "--volumes", "--images", "--yes").exits(0)
    assert inventory(docker_client) == before


def foreign_is_untouched(client: DockerClient, kind: str, id: str) -> bool:
    collection: dict[str, Any] = {"container": client.containers, "network": client.networks, "volume": client.volumes}
    return kind == "image" or collection[kind].get(id).id == id


def test_two_workflows_on_one_engine_do_not_see_each_other(
    cli: Cli,
    clients: Callable[..., Cli],
    workflow: Callable,
    live: Live,
    workflow_name: str,
    docker_client: DockerClient,
) -> None:
    text = """
        volumes: {data: {}}
        containers: {web: {<<: *idle, volumes: ["data:/data"]}}
    """
    workflow(text)
    cli("apply").exits(0)
    before = live.everything
    other = clients()
    path = workflow(text, to=other)
    path.write_text(path.read_text().replace(f"name: {workflow_name}", f"name: other-{workflow_name}"))

    other("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
    other("destroy", "--volumes", "--yes").exits(0)

    assert live.everything == before
    assert live.runs("web")


def test_a_name_that_two_workflows_come_to_belongs_to_the_first(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable, live: Live, workflow_name: str
) -> None:
    workflow("containers: {a-b: *idle}")
    cli("apply").exits(0)
    before = live.containers
    other = clients()
    path = workflow("containers: {b: *idle}", to=other)
    path.write_text(path.read_text().replace(f"name: {workflow_name}", f"name: {workflow_name}-a"))

    refused = other("apply").exits(1)

    assert f'container "{workflow_name}-a-b-1" exists already and belongs to workflow {workflow_name}' in refused.text
    assert live.containers == before


def test_external_things_are_used_and_left_alone(
    cli: Cli, workflow: Callable, live: Live, foreign: Callable[[str], str], workflow_name: str
) -> None:
    network, volume = foreign("network"), foreign("volume")
    workflow(f"""
        networks: {{front: {{external: true, name: {workflow_name}_front}}}}
        volumes: {{data: {{external: true, name: {workflow_name}_data}}}}
        containers: {{web: {{<<: *idle, networks: [front], volumes: ["data:/data"]}}}}
    """)
    cli("apply").exits(0)
    seen = live.container("web")
    assert [joined["NetworkID"] for joined in seen["NetworkSettings"]["Networks"].values()] == [network]
    assert [mount["Name"] for mount in seen["Mounts"]] == [volume]

    cli("destroy", "--volumes", "--yes").exits(0)

    assert live.everything == {f"network {workflow_name}_front", f"volume {workflow_name}_data"}


def test_what_carries_the_label_of_another_workflow_is_no_orphan(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str, docker_client: DockerClient
) -> None:
    labels = {"runner.workflow": f"{workflow_name}x", "runner.address": "container.web"}
    stranger = docker_client.containers.create("busybox:stable", ["sh"], labels=labels)
    try:
        workflow("containers: {web: *idle}")
        cli("apply").exits(0)
        cli("destroy").exits(0)
        assert docker_client.containers.get(stranger.id)
    finally:
        stranger.remove()

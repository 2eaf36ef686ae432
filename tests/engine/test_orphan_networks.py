"""Networks that containers joined in place, and left again."""

from __future__ import annotations

from docker import DockerClient

from tests.harness.workflow import Workflow

RUN = {"image": "busybox:stable", "init": True, "command": "sleep 1000", "stop_grace_period": "1s"}


def test_an_orphaned_network_goes_after_the_container_that_joined_it_in_place_has_left(
    workflow: Workflow, docker_client: DockerClient
) -> None:
    front = {"networks": {"front": {}}, "containers": {"web": {**RUN, "networks": ["front"]}}}
    both = {"networks": {"front": {}, "back": {}}, "containers": {"web": {**RUN, "networks": ["front", "back"]}}}
    workflow.apply(front)
    workflow.apply(both)
    workflow.apply(front)
    left = docker_client.networks.list(filters={"label": f"runner.workflow={workflow.name}"})
    assert [network.name for network in left] == [f"{workflow.name}_front"]

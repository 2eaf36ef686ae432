"""The gateway's own ways with the engine's API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from docker import DockerClient

from runner.core.gateway import Gateway
from tests.harness.image import BASE

MORE_THAN_THE_SDK_KEEPS = 30


def test_calls_go_on_after_logs_were_read_of_many_containers(gateway: Gateway) -> None:
    gateway.containers.list()
    for number in range(MORE_THAN_THE_SDK_KEEPS):
        assert gateway.containers.last_lines(f"no-such-{number}", 5) == ()
    gateway.containers.list()


def test_the_names_of_one_image_are_removed_at_the_same_time(gateway: Gateway, docker_client: DockerClient) -> None:
    names = [f"runner-test/gone:{number}" for number in range(4)]
    for _ in range(20):
        container = docker_client.api.create_container(BASE)
        id = docker_client.api.commit(container)["Id"]
        docker_client.api.remove_container(container)
        for name in names:
            gateway.images.tag(id, name)
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(gateway.images.remove, names))
        assert not any(name in (image.get("RepoTags") or ()) for image in gateway.images.list() for name in names)

"""Workflows that are planned and applied in this process, and images with something to inherit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient

from runner.core.gateway import Gateway
from tests.engine.web import Web
from tests.harness.image import BASE
from tests.harness.workflow import Workflow

MakeImage = Callable[..., str]


@pytest.fixture
def workflow(gateway: Gateway, workflow_name: str, tmp_path: Path) -> Workflow:
    """A workflow of this test's own, declared anew with each plan and apply."""
    return Workflow(gateway, workflow_name, tmp_path)


@pytest.fixture
def web(workflow: Workflow, docker_client: DockerClient) -> Web:
    """The container `web` of that workflow, and a hand that isn't runner's."""
    return Web(workflow, docker_client.api)


@pytest.fixture(scope="session")
def make_image(docker_client: DockerClient) -> Iterator[MakeImage]:
    """Make an image out of the base one with this Config, exactly as given; returns its name."""
    made: list[str] = []

    def make(name: str, **config: Any) -> str:
        reference = f"runner-test/{name}:1"
        container = docker_client.api.create_container(BASE)
        docker_client.api.commit(container, repository=f"runner-test/{name}", tag="1", conf=config)
        docker_client.api.remove_container(container)
        if reference not in made:
            made.append(reference)
        return reference

    yield make
    for reference in made:
        docker_client.images.remove(reference, force=True)

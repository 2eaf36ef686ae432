"""Images that a registry has: when it is asked, and what follows when it has another one, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.inventory import remove_workflow
from tests.harness.live import Live
from tests.harness.registry import Registry


class Repository:
    """One repository of the registry, whose tag is moved as its owner would."""

    def __init__(self, registry: Registry, client: DockerClient, name: str) -> None:
        self._registry = registry
        self._client = client
        self._name = name
        self.reference = f"{registry.host}/{name}:1"

    def release(self, version: str) -> None:
        """Push an image that differs from all others by its environment, and forget it here."""
        container = self._client.containers.create("busybox:stable", ["sh"])
        self._client.api.commit(container.id, self._name, version, changes=f"ENV VERSION={version}")
        container.remove()
        self._registry.push(f"{self._name}:{version}", f"{self._name}:1")
        self._client.images.remove(f"{self._name}:{version}")


@pytest.fixture
def repository(registry: Registry, docker_client: DockerClient, workflow_name: str) -> Iterator[Repository]:
    """A repository of this test's own, with a first release."""
    repository = Repository(registry, docker_client, workflow_name)
    repository.release("one")
    yield repository
    remove_workflow(docker_client, workflow_name)
    for image in docker_client.api.images(name=repository.reference.rpartition(":")[0]):
        docker_client.api.remove_image(image["Id"], force=True)


def test_a_missing_image_is_pulled_and_then_left_alone(
    cli: Cli, workflow: Callable, live: Live, repository: Repository
) -> None:
    workflow(f"containers: {{web: {{<<: *idle, image: '{repository.reference}'}}}}")
    cli("apply").exits(0)
    assert "VERSION=one" in live.container("web")["Config"]["Env"]

    repository.release("two")

    cli("plan", "--detailed-exitcode").exits(0)


def test_with_always_a_tag_that_moved_in_the_registry_replaces_the_container(
    cli: Cli, workflow: Callable, live: Live, repository: Repository
) -> None:
    workflow(f"""
        images: {{base: {{reference: '{repository.reference}', pull: always}}}}
        containers: {{web: {{<<: *idle, image: base}}}}
    """)
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
    repository.release("two")

    moved = cli("apply").exits(0)

    assert "VERSION=two" in live.container("web")["Config"]["Env"]
    assert moved.reasons["container.web"] == ["image"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_with_never_a_missing_image_is_a_problem_and_nothing_is_done(
    cli: Cli, workflow: Callable, live: Live, repository: Repository
) -> None:
    workflow(f"""
        images: {{base: {{reference: '{repository.reference}', pull: never}}}}
        containers: {{web: {{<<: *idle, image: base}}, other: *idle}}
    """)
    refused = cli("apply").exits(1)
    assert repository.reference in refused.text
    assert "never" in refused.text
    assert not live.containers


def test_an_image_by_digest_is_pulled_by_it(
    cli: Cli, workflow: Callable, live: Live, repository: Repository, docker_client: DockerClient
) -> None:
    digest = docker_client.images.get_registry_data(repository.reference).id
    repository.release("two")
    workflow(f"containers: {{web: {{<<: *idle, image: '{repository.reference.rpartition(':')[0]}@{digest}'}}}}")

    cli("apply").exits(0)

    assert "VERSION=one" in live.container("web")["Config"]["Env"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_an_image_that_no_registry_has_fails_with_its_name_and_spares_the_rest(
    cli: Cli, workflow: Callable, live: Live, registry: Registry
) -> None:
    missing = f"{registry.host}/no/such:1"
    workflow(f"containers: {{web: {{<<: *idle, image: '{missing}'}}, other: *idle}}")

    failed = cli("apply").exits(1)

    assert failed.endings[f"image.{missing}"] == "failed"
    assert missing in failed.ending(f"image.{missing}")["cause"]
    assert failed.ending(f"image.{missing}")["help"]
    assert failed.endings["container.web"] == "skipped"
    assert set(live.containers) == {"other-1"}

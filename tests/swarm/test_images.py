"""Images on a swarm: every node runs the same one, by its digest; who builds must push, and logins get to the nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.image import BASE
from tests.harness.login import log_in
from tests.harness.registry import LOGIN, Registry
from tests.harness.repository import Repository
from tests.harness.step import step
from tests.harness.swarm import Swarm
from tests.harness.swarm_state import tasks, versions

ALL = "replicas: 3, place: {max_per_node: 1}, command: [sleep, infinity], init: true, update: {parallel: 0, settle: 0s}"


@pytest.fixture
def repository(registry: Registry, docker_client: DockerClient, workflow_name: str) -> Repository:
    """A repository of this test's own, with a first release."""
    repository = Repository(registry, docker_client, workflow_name)
    repository.release("one")
    return repository


def spec(client: DockerClient, workflow_name: str, key: str = "web") -> dict[str, Any]:
    """Return the spec of a service's containers."""
    service: dict[str, Any] = client.api.inspect_service(f"{workflow_name}-{key}")
    found: dict[str, Any] = service["Spec"]["TaskTemplate"]["ContainerSpec"]
    return found


def container(image: str, more: str = "") -> str:
    """Return an entry with a container on each node."""
    return f"containers: {{web: {{image: '{image}', {ALL}}}}}\n{more}"


def test_an_image_is_pinned_by_what_its_registry_has_and_stays_so_without_a_question(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str, repository: Repository
) -> None:
    name, first = repository.reference, repository.digest
    workflow(container(name))

    with step("all nodes pull the same one"):
        cli("apply").exits(0)
        assert spec(docker_client, workflow_name)["Image"] == f"{name}@{first}"
        assert {task.image for task in tasks(docker_client, f"{workflow_name}-web")} == {f"{name}@{first}"}

    with step("the registry moves on: nothing changes"):
        repository.release("two")
        cli("plan", "--detailed-exitcode").exits(0)

    with step("another service of that image gets the one that runs"):
        workflow(container(name, f"jobs: {{check: {{image: '{name}', command: 'true'}}}}"))
        cli("apply").exits(0)
        assert spec(docker_client, workflow_name, "check")["Image"] == f"{name}@{first}"

    with step("pull: always asks, and rolls"):
        images = f"images: {{app: {{reference: '{name}', pull: always}}}}"
        workflow(container("app", images))
        planned = cli("plan").exits(0).stdout
        assert "resolve" in planned
        applied = cli("apply").exits(0)
        assert spec(docker_client, workflow_name)["Image"] == f"{name}@{repository.digest}" != f"{name}@{first}"
        assert applied.endings["container.web"] == "ready"
        cli("plan", "--detailed-exitcode").exits(0)


def test_a_registry_that_is_away_is_not_asked_about_what_runs(
    cli: Cli, workflow: Callable, registry: Registry, repository: Repository
) -> None:
    workflow(container(repository.reference))
    cli("apply").exits(0)
    with registry.away():
        cli("plan", "--detailed-exitcode").exits(0)
        workflow(container(f"{repository.reference}2"))
        failed = cli("apply").exits(1)
    ending = failed.ending(f"image.{repository.reference}2")
    assert ending["code"] == "unreachable-image"


def test_an_image_of_one_node_is_refused_and_one_of_all_nodes_runs_as_it_is(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str
) -> None:
    only = f"{workflow_name}-only:1"
    docker_client.images.get(BASE).tag(only)

    with step("never silently unpinned"):
        workflow(container(only))
        failed = cli("apply").exits(1)
        error = failed.ending(f"image.{only}")
        assert error["code"] == "unreachable-image"
        assert f"service {workflow_name}-web" not in versions(docker_client)

    with step("pull: never says that each node has it"):
        workflow(container("base", f"images: {{base: {{reference: '{BASE}', pull: never}}}}"))
        cli("apply").exits(0)
        assert spec(docker_client, workflow_name)["Image"] == BASE
        cli("plan", "--detailed-exitcode").exits(0)

    with step("so does an id"):
        id = str(docker_client.images.get(BASE).id)
        workflow(container(id))
        cli("apply").exits(0)
        assert spec(docker_client, workflow_name)["Image"] == id
        cli("plan", "--detailed-exitcode").exits(0)
    docker_client.images.remove(only)


def test_a_build_is_pushed_and_pinned_before_its_services_are_written(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str, registry: Registry
) -> None:
    def built(text: str, more: str = "") -> str:
        build = f'build: {{dockerfile_inline: "FROM {BASE}\\nENV TEXT={text}"}}'
        return f"images: {{app: {{{build}, tag: '{name}', push: true}}}}\n{more}"

    name = f"{registry.host}/{workflow_name}:1"
    for_atomic = "on_failure: rollback\n"

    with step("built and pushed by the manager, pulled by all nodes, also in an atomic run"):
        workflow(for_atomic + container("app", built("one")))
        cli("apply").exits(0)
        first = registry.digest(f"{workflow_name}:1")
        assert spec(docker_client, workflow_name)["Image"] == f"{name}@{first}"
        assert {task.node for task in tasks(docker_client, f"{workflow_name}-web")} == {"n1", "n2", "n3"}
        cli("plan", "--detailed-exitcode").exits(0)

    with step("somebody else moves the tag: what was built stays"):
        docker_client.images.get(BASE).tag(f"10.77.0.253:{registry.port}/{workflow_name}", "1")
        for _ in docker_client.api.push(f"10.77.0.253:{registry.port}/{workflow_name}", "1", stream=True):
            pass
        assert registry.digest(f"{workflow_name}:1") != first
        cli("plan", "--detailed-exitcode").exits(0)

    with step("a change is built, pushed and rolled"):
        workflow(container("app", built("two")))
        assert "build and push" in cli("plan").exits(0).stdout
        cli("apply").exits(0)
        second = registry.digest(f"{workflow_name}:1")
        assert spec(docker_client, workflow_name)["Image"] == f"{name}@{second}"
        cli("plan", "--detailed-exitcode").exits(0)


def test_a_build_that_only_one_node_would_have_is_refused_with_its_place(cli: Cli, workflow: Callable) -> None:
    build = f"build: {{dockerfile_inline: 'FROM {BASE}'}}"
    workflow(container("app", f"images: {{app: {{{build}}}}}"))
    refused = cli("validate").exits(2)
    assert "workflow.yaml:" in refused.text
    assert "error[unreachable-image]" in refused.text
    assert "push: true" in refused.text


def test_a_build_on_another_one_needs_no_push_of_that(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str, registry: Registry
) -> None:
    name = f"{registry.host}/{workflow_name}:1"
    images = (
        "images:\n"
        f"  os: {{build: {{dockerfile_inline: 'FROM {BASE}'}}, tag: '{workflow_name}-os:1'}}\n"
        f"  app: {{build: {{dockerfile_inline: 'FROM {workflow_name}-os:1'}}, tag: '{name}', push: true}}\n"
    )
    workflow(container("app", images))
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
    assert spec(docker_client, workflow_name)["Image"].startswith(f"{name}@sha256:")


def test_the_login_of_a_registry_reaches_all_nodes_at_each_change(
    cli: Cli, workflow: Callable, swarm: Swarm, docker_client: DockerClient, workflow_name: str, closed: Registry
) -> None:
    swarm.publish(closed, workflow_name, releases=2)
    first, second = (f"{closed.host}/{workflow_name}:{release}" for release in (1, 2))
    workflow(container(first))

    with step("without a login the error says so"):
        failed = cli("apply").exits(1)
        assert "docker login" in failed.text

    with step("with one, all nodes pull"):
        log_in(cli.home / ".docker", closed.host, *LOGIN)
        cli("apply").exits(0)
        assert {task.node for task in tasks(docker_client, f"{workflow_name}-web")} == {"n1", "n2", "n3"}

    with step("and again after an update"):
        workflow(container(second))
        cli("apply").exits(0)
        assert all(second in task.image for task in tasks(docker_client, f"{workflow_name}-web"))


def test_a_lock_file_pins_what_runs(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str, repository: Repository
) -> None:
    name, first = repository.reference, repository.digest
    workflow(container(name))
    cli("apply").exits(0)
    repository.release("two")

    with step("locked to what runs, not to what the registry has by now"):
        cli("lock").exits(0)
        assert first in (cli.folder / "workflow.lock.yaml").read_text()

        cli("plan", "--locked", "--detailed-exitcode").exits(0)

    with step("applied by digest, on a swarm that knows nothing of it, too"):
        cli("destroy").exits(0)
        cli("apply", "--locked").exits(0)
        assert spec(docker_client, workflow_name)["Image"].endswith(f"@{first}")
        cli("plan", "--locked", "--detailed-exitcode").exits(0)

    with step("without the lock file it is what the registry has"):
        cli("apply").exits(0)
        assert spec(docker_client, workflow_name)["Image"] == f"{name}@{repository.digest}"
        cli("plan", "--detailed-exitcode").exits(0)

    with step("upgraded to what the registry has"):
        cli("lock", "--upgrade").exits(0)
        cli("apply", "--locked").exits(0)
        assert spec(docker_client, workflow_name)["Image"].endswith(f"@{repository.digest}")

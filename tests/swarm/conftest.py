"""A swarm in the place of the session's engine, for the tests of this folder.

It has three managers, and a registry with three releases of the base image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import not_
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.fault_proxy import FaultProxy
from tests.harness.registry import Registry
from tests.harness.services import Services
from tests.harness.swarm import Swarm, dispose_abandoned_swarms, new_private_swarm
from tests.harness.swarm_state import left_on, remove_workflow
from tests.harness.unique_name import unique_name
from tests.harness.until import until
from tests.harness.workflow_file import write_workflow


@pytest.fixture(scope="session")
def swarm() -> Iterator[Swarm]:
    """The swarm of this session; a test that cuts a node off, or changes one, takes a private one."""
    dispose_abandoned_swarms()
    swarm = new_private_swarm()
    try:
        before = left_on(swarm)
        yield swarm
        # Nodes remove the containers of a service that is gone in their own time.
        until(lambda: sorted(left_on(swarm) - before), not_)
    finally:
        swarm.dispose()


@pytest.fixture(scope="session")
def engine(swarm: Swarm) -> Swarm:
    """What fixtures for a single engine get: the first manager's API and the hub's network."""
    return swarm


@pytest.fixture(scope="session")
def docker_client(engine: Swarm) -> Iterator[DockerClient]:
    """The SDK on the first manager."""
    with engine.client() as client:
        yield client


@pytest.fixture(scope="session")
def registry(swarm: Swarm) -> Registry:
    """A registry that all nodes believe, open to all."""
    return swarm.start_registry()


@pytest.fixture(scope="session")
def releases(swarm: Swarm, registry: Registry) -> list[str]:
    """The references of three images, which are the base image but for the variable VERSION: "1", "2" and "3"."""
    return swarm.publish(registry, "base")


@pytest.fixture(scope="session")
def closed(swarm: Swarm, registry: Registry) -> Registry:
    """A registry that asks for a login; it starts after the open one, which has the first port."""
    return swarm.start_registry(login=True)


@pytest.fixture
def private_swarms() -> Iterator[Callable[..., Swarm]]:
    """Start swarms whose nodes the test may cut off, kill and change; takes what new_private_swarm takes."""
    swarms: list[Swarm] = []

    def start(*, nodes: int = 3, managers: int = 3, heartbeat: int = 5, options: tuple[str, ...] = ()) -> Swarm:
        swarms.append(new_private_swarm(nodes=nodes, managers=managers, heartbeat=heartbeat, options=options))
        return swarms[-1]

    yield start
    for swarm in swarms:
        swarm.dispose()


@pytest.fixture
def workflow_name(request: pytest.FixtureRequest, swarm: Swarm) -> Iterator[str]:
    """A name that no other test uses; what carries its label is removed afterwards, on every node."""
    name = unique_name(request.node.name)
    yield name
    remove_workflow(swarm, name)


@pytest.fixture
def proxy(engine: Swarm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    """The first manager's socket, with calls that go wrong on demand: give its `url` as DOCKER_HOST."""
    with FaultProxy(tmp_path_factory.mktemp("p") / "s", engine.url) as proxy:
        yield proxy


@pytest.fixture
def workflow(cli: Cli, workflow_name: str) -> Callable[..., Path]:
    """Write a text as the workflow.yaml of `cli`, or of another one, for the swarm and under this test's name."""

    def write(text: str, *, to: Cli = cli) -> Path:
        return write_workflow(to.folder, workflow_name, text, head="engine: swarm\n")

    return write


@pytest.fixture
def services(docker_client: DockerClient, workflow_name: str) -> Services:
    """What the swarm has of this test's workflow."""
    return Services(docker_client, workflow_name)


@pytest.fixture
def apply(cli: Cli, workflow: Callable[..., Path], releases: list[str]) -> Callable[..., Finished]:
    """Write a text as the workflow file and apply it; IMAGE in it stands for the first release."""

    def apply(text: str, *options: str) -> Finished:
        write(text)
        return cli("apply", "-y", "--timeout", "60s", *options, timeout=120)

    def write(text: str) -> None:
        workflow(text.replace("IMAGE", releases[0]))

    return apply

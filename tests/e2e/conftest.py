"""What a scenario works with: a workflow of its own, and a look at the engine past it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.fault_proxy import FaultProxy
from tests.harness.inventory import remove_workflow
from tests.harness.live import Live
from tests.harness.registry import Registry
from tests.harness.repository import Repository
from tests.harness.workflow_file import write_workflow

# Other people's projects are no part of this repository: whoever has them names their folder.
collect_ignore = [] if os.environ.get("RUNNER_COMPOSE_CASES") else ["test_compose_projects.py"]

HALF_NAMED = (".new", ".old")


@pytest.fixture
def workflow(cli: Cli, workflow_name: str) -> Callable[..., Path]:
    """Write a text as the workflow.yaml of `cli`, or of another one, under this test's name."""

    def write(text: str, *, to: Cli = cli) -> Path:
        return write_workflow(to.folder, workflow_name, text)

    return write


@pytest.fixture
def live(engine: Engine, docker_client: DockerClient, workflow_name: str) -> Iterator[Live]:
    """What the engine has of this test's workflow; in the end nothing may bear a half-way name."""
    live = Live(engine, docker_client, workflow_name)
    yield live
    halves = [name for name in live.containers if name.endswith(HALF_NAMED)]
    assert not halves, f"a replacement left {halves}"


@pytest.fixture
def repository(registry: Registry, docker_client: DockerClient, workflow_name: str) -> Iterator[Repository]:
    """A repository of this test's own, with a first release."""
    repository = Repository(registry, docker_client, workflow_name)
    repository.release("one")
    yield repository
    remove_workflow(docker_client, workflow_name)
    repository.forget()


@pytest.fixture
def closed(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry that asks for a login."""
    registry = Registry(engine, tmp_path_factory.mktemp("closed"), login=True)
    registry.start()
    yield registry
    registry.stop()


@pytest.fixture
def proxy(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    """The engine's socket, with calls that go wrong on demand: give its `url` as DOCKER_HOST."""
    with FaultProxy(tmp_path_factory.mktemp("p") / "s", engine.url) as proxy:
        yield proxy

"""A Podman in the place of the session's engine, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from docker import DockerClient

from runner.core.gateway import Gateway
from tests.harness.engine import Engine
from tests.harness.podman import PodmanEngine, remove_abandoned_folders
from tests.harness.workflow import open_gateway


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A Podman of this session's own."""
    remove_abandoned_folders()
    podman = PodmanEngine()
    try:
        podman.start()
        yield podman
    finally:
        podman.dispose()


@pytest.fixture(scope="session")
def docker_client(engine: Engine) -> Iterator[DockerClient]:
    """The SDK on it."""
    with engine.client() as client:
        yield client


@pytest.fixture(scope="session")
def gateway(engine: Engine) -> Iterator[Gateway]:
    """One connection for all tests: to say its version takes Podman most of a second."""
    with open_gateway(engine.url) as gateway:
        yield gateway

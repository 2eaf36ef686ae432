"""Fixtures that every room's tests share: a real engine, a workflow name of one's own on it, and the command line.

An engine that can't be had fails the tests that need it; nothing is skipped.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from runner.core.gateway import Gateway
from tests.harness.cli import Cli
from tests.harness.engine import Engine, PrivateEngine, dispose_abandoned, new_private_engine
from tests.harness.image import BASE, make_base
from tests.harness.inventory import inventory, remove_workflow
from tests.harness.registry import Registry
from tests.harness.unique_name import unique_name
from tests.harness.workflow import open_gateway

# Whoever runs the tests in the background may have these ignored, and what the tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGHUP, signal.SIGQUIT):
    signal.signal(_number, signal.SIG_DFL)

# Engines start their own program anew for each container, and half of what that takes is collecting garbage: with more
# of it kept, three modules of tests/e2e took 84 s instead of 108.
os.environ.setdefault("GOGC", "400")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The engine of this session, with the base image: private, unless RUNNER_TEST_HOST names one."""
    named = os.environ.get("RUNNER_TEST_HOST")
    if named:
        yield _prepared(Engine(named))
        return
    dispose_abandoned()
    engine = new_private_engine()
    try:
        with engine.client() as client:
            before = inventory(client)
            yield engine
            left = inventory(client) - before
        assert not left, "tests left this on the engine: " + ", ".join(sorted(left))
    finally:
        engine.dispose()


def _prepared(engine: Engine) -> Engine:
    if not engine.has(BASE):
        make_base(engine.url, BASE)
    return engine


@pytest.fixture(scope="session")
def docker_client(engine: Engine) -> Iterator[DockerClient]:
    """The SDK on the session's engine, to look at what is really there."""
    with engine.client() as client:
        yield client


@pytest.fixture
def private_engines() -> Iterator[Callable[..., PrivateEngine]]:
    """Start engines that the test may restart, pause and kill; takes what new_private_engine takes."""
    engines: list[PrivateEngine] = []

    def start(*, data: str | None = None, options: tuple[str, ...] = ()) -> PrivateEngine:
        engines.append(new_private_engine(data=data, options=options))
        return engines[-1]

    yield start
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def registry(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """An empty registry that the session's engine pulls from and pushes to."""
    registry = Registry(engine, tmp_path_factory.mktemp("registry"))
    registry.start()
    yield registry
    registry.stop()


@pytest.fixture
def gateway(engine: Engine) -> Iterator[Gateway]:
    """The session's engine as one command of runner sees it."""
    with open_gateway(engine.url) as gateway:
        yield gateway


@pytest.fixture
def clients(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Cli]]:
    """Make command lines, each with a folder and a home of its own, as another person has them."""
    made: list[Cli] = []

    def make(*, at: Engine = engine, installed: Path | None = None) -> Cli:
        made.append(Cli(at, tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("home"), installed))
        return made[-1]

    yield make
    for cli in made:
        cli.close()


@pytest.fixture
def cli(clients: Callable[..., Cli]) -> Cli:
    """The command line, in an empty folder and with an empty home."""
    return clients()


@pytest.fixture
def workflow_name(request: pytest.FixtureRequest, docker_client: DockerClient) -> Iterator[str]:
    """A name that no other test uses; what carries its label is removed afterwards."""
    name = unique_name(request.node.name)
    yield name
    remove_workflow(docker_client, name)

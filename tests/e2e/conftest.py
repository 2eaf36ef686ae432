"""What a scenario works with: the command line, a workflow of its own, and a look at the engine past both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live

HALF_NAMED = (".new", ".old")
HEADER = """\
version: 1
name: {name}
x-idle: &idle {{image: "busybox:stable", command: [sleep, infinity], init: true}}
x-server: &server {{image: "busybox:stable", command: [httpd, -f, -p, "80", -h, /etc], init: true}}
"""


@pytest.fixture
def clients(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Cli]]:
    """Make command lines, each with a folder and a home of its own, as another person has them."""
    made: list[Cli] = []

    def make(*, at: Engine = engine) -> Cli:
        made.append(Cli(at, tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("home")))
        return made[-1]

    yield make
    for cli in made:
        cli.close()


@pytest.fixture
def cli(clients: Callable[..., Cli]) -> Cli:
    """The command line, in an empty folder and with an empty home."""
    return clients()


@pytest.fixture
def workflow(cli: Cli, workflow_name: str) -> Callable[..., Path]:
    """Write a text as the workflow.yaml of `cli`, or of another one, under this test's name.

    It may use `*idle`, a container that only waits, and `*server`, one that serves /etc on port 80.
    """

    def write(text: str, *, to: Cli = cli) -> Path:
        path = to.folder / "workflow.yaml"
        path.write_text(HEADER.format(name=workflow_name) + dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def live(engine: Engine, docker_client: DockerClient, workflow_name: str) -> Iterator[Live]:
    """What the engine has of this test's workflow; in the end nothing may bear a half-way name."""
    live = Live(engine, docker_client, workflow_name)
    yield live
    halves = [name for name in live.containers if name.endswith(HALF_NAMED)]
    assert not halves, f"a replacement left {halves}"

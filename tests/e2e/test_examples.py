"""The examples in workflows/ run as they are, twice, and go without a trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.inventory import inventory, remove_workflow
from tests.harness.live import Live
from tests.harness.step import step

EXAMPLES = Path(__file__).parents[2] / "workflows"


@pytest.fixture
def example(request: pytest.FixtureRequest, cli: Cli, docker_client: DockerClient) -> Iterator[str]:
    """A copy of one example in the folder of `cli`."""
    name: str = request.param
    copytree(EXAMPLES / name, cli.folder, dirs_exist_ok=True)
    yield name
    remove_workflow(docker_client, name)


@pytest.mark.parametrize(
    ("example", "path"), [("website", "/cgi-bin/visits"), ("shop", "/cgi-bin/orders")], indirect=["example"]
)
def test_an_example_serves_its_page_and_goes_without_a_trace(
    cli: Cli, engine: Engine, docker_client: DockerClient, example: str, path: str
) -> None:
    live, before = Live(engine, docker_client, example), inventory(docker_client)
    port = engine.free_port()
    variables = ["--var", f"PORT={port}"]

    with step("the first apply makes all of it"):
        cli("apply", *variables).exits(0)
        assert "</html>" in (live.page(port) or "")
        assert "error" not in json.loads(live.page(port, path) or "{}")
        made = live.containers

    with step("the plan is empty then"):
        cli("plan", *variables, "--detailed-exitcode").exits(0)

    with step("the second apply changes nothing"):
        again = cli("apply", *variables).exits(0)
        assert set(again.endings.values()) == {"unchanged"}
        assert live.containers == made

    with step("destroy leaves volumes and images"):
        cli("destroy", *variables).exits(0)
        assert {thing.split()[0] for thing in inventory(docker_client) - before} == {"volume", "image"}

    with step("and with --volumes and --images nothing at all"):
        cli("destroy", *variables, "--volumes", "--images", "--yes").exits(0)
        assert inventory(docker_client) == before


@pytest.mark.parametrize("example", ["website"], indirect=True)
def test_a_new_release_of_the_website_keeps_its_data(
    cli: Cli, engine: Engine, docker_client: DockerClient, example: str
) -> None:
    live, port = Live(engine, docker_client, example), engine.free_port()
    variables = ["--var", f"PORT={port}"]
    cli("apply", *variables).exits(0)

    def visits() -> int:
        return int(json.loads(live.page(port, "/cgi-bin/visits") or "{}")["visits"])

    before = visits()

    released = cli("apply", *variables, "--var", "RELEASE=2.0").exits(0)

    assert released.reasons["container.web"] == ["image"]
    assert "2.0" in (live.page(port) or "")
    assert visits() > before

"""The graph of a workflow, coloured by what an apply would do, or by how everything fares."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.cli import Cli


def test_the_graph_tells_what_would_be_done_and_how_everything_fares(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {same: *idle, changed: *idle, orphan: *idle}")
    cli("apply").exits(0)
    workflow("containers: {same: *idle, changed: {<<: *idle, environment: {A: b}}, added: *idle}")

    planned, live = states(cli, "--plan"), states(cli, "--live")

    assert planned == {
        "image.busybox:stable": "no-op",
        "network.default": "no-op",
        "container.same": "no-op",
        "container.changed": "replace",
        "container.added": "create",
        "container.orphan": "delete",
    }
    assert live == {
        "image.busybox:stable": "in sync",
        "network.default": "in sync",
        "container.same": "running",
        "container.changed": "running",
        "container.added": "missing",
        "container.orphan": "running",
    }
    assert 'class="node kind-container tone-replace is-replace"' in cli("graph", "--plan", "--format", "svg").stdout


@pytest.mark.parametrize(("options", "code"), [(("--plan",), 3), (("--live",), 3), (("--plan", "--live"), 2), ((), 0)])
def test_it_needs_an_engine_only_for_that(cli: Cli, workflow: Callable, options: tuple[str, ...], code: int) -> None:
    workflow("containers: {web: *idle}")
    cli("graph", *options, env={"DOCKER_HOST": "unix:///no/such/docker.sock"}).exits(code)


def states(cli: Cli, option: str) -> dict[str, str]:
    """Return the state of each node that has one."""
    nodes = cli("graph", option, "-o", "json").exits(0).json["nodes"]
    return {node["address"]: node["state"] for node in nodes if "state" in node}

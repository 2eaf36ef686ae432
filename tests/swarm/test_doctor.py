"""What doctor finds out about a swarm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.harness.cli import Cli
from tests.harness.swarm import Swarm
from tests.harness.until import until

WEB = "containers: {web: {image: IMAGE, command: sleep infinity}}"


def codes(cli: Cli, *options: str) -> dict[str, dict]:
    return {found["code"]: found for found in cli("doctor", "-o", "json", *options).json["checks"]}


def test_a_swarm_in_order_is_told(cli: Cli, workflow: Callable[..., Path], releases: list[str]) -> None:
    workflow(WEB.replace("IMAGE", releases[0]))
    found = codes(cli)
    wanted = {"swarm.manager", "quorum.safe", "nodes.ready", "versions.same", "registries.reached", "ca.valid"}
    assert wanted <= found.keys()


def test_without_a_workflow_for_it_one_line_is_told(cli: Cli) -> None:
    assert [code for code in codes(cli) if code.partition(".")[0] in ("swarm", "quorum", "nodes", "ca")] == [
        "swarm.manager"
    ]
    assert "quorum.safe" in codes(cli, "--engine", "swarm")


def test_nodes_that_take_no_tasks_are_told(cli: Cli, swarm: Swarm) -> None:
    swarm.drain(swarm.nodes[2])
    try:
        assert codes(cli, "--engine", "swarm")["nodes.closed"]["details"] == ["n3: drain"]
    finally:
        swarm.activate(swarm.nodes[2])


def test_an_image_that_no_registry_has_is_told(cli: Cli, workflow: Callable[..., Path], releases: list[str]) -> None:
    workflow(WEB.replace("IMAGE", f"{releases[0]}-not"))
    assert codes(cli)["registries.unreached"]["verdict"] == "broken"


def test_a_manager_that_is_lost_is_told(private_swarms: Callable[..., Swarm], clients: Callable[..., Cli]) -> None:
    swarm = private_swarms(heartbeat=1)
    cli = clients(at=swarm)
    with swarm.without(swarm.nodes[2]):
        found = until(lambda: _codes_at(cli), lambda found: "quorum.thin" in found, 60)
        assert "nodes.down" in until(lambda: _codes_at(cli), lambda found: "nodes.down" in found, 60)
    assert found


def _codes_at(cli: Cli) -> set[str]:
    done = cli("doctor", "-o", "json", "--engine", "swarm", timeout=60)
    return {one["code"] for one in done.json["checks"]}

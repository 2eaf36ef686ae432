"""The engine's own networks are modes, and no networks to join: said in the plan, with the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli


@pytest.mark.parametrize("name", ["bridge", "host", "none"])
def test_a_predefined_network_called_by_its_id_is_refused_in_the_plan(
    cli: Cli, workflow: Callable[..., Path], docker_client: DockerClient, name: str
) -> None:
    [network] = [one for one in docker_client.networks.list() if one.name == name]
    for ref in (str(network.id), str(network.id)[:12]):
        workflow(f"""
            networks: {{e: {{external: true, name: "{ref}"}}}}
            containers: {{web: {{<<: *idle, networks: [e]}}}}
        """)
        refused = cli("plan").exits(1).text
        assert f'network.e is named by an ID, that of network "{name}"' in refused
        assert f"network_mode: {name}" in refused


def test_another_network_called_by_its_id_is_told_its_name(
    cli: Cli, workflow: Callable[..., Path], docker_client: DockerClient, workflow_name: str
) -> None:
    network = docker_client.networks.create(f"{workflow_name}_other")
    try:
        workflow(f"""
            networks: {{e: {{external: true, name: {network.id}}}}}
            containers: {{web: {{<<: *idle, networks: [e]}}}}
        """)
        assert f"use its name: {workflow_name}_other" in cli("apply").exits(1).text
    finally:
        network.remove()

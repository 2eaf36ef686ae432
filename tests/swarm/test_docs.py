"""The page about swarms does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.page_runs import ON_SWARM, hold, runs_of
from tests.harness.registry import Registry
from tests.harness.swarm import Swarm
from tests.harness.swarm_state import remove_workflow

[STEPS] = runs_of(ON_SWARM)


@pytest.fixture
def clean_swarm(swarm: Swarm) -> Iterator[Swarm]:
    """The swarm, from which all that the page makes goes afterwards."""
    yield swarm
    remove_workflow(swarm, "tea")


def test_the_commands_of_the_page_do_what_it_shows(
    clean_swarm: Swarm, docker_client: DockerClient, registry: Registry, tmp_path: Path
) -> None:
    assert registry.host in ON_SWARM.read_text("utf-8")
    hold(ON_SWARM, STEPS, clean_swarm, tmp_path, timeout=600)
    assert not docker_client.api.services(filters={"label": "runner.workflow=tea"})

"""runner killed or asked to end at any call of the engine's API: the next run ends where an undisturbed one would have.

`make test` does so at a few points drawn with a fixed seed; RUNNER_KILLS=200 at so many, RUNNER_SEED=2 at others.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGKILL, SIGTERM

import pytest
from docker import DockerClient

from tests.e2e.shop import Shop, Tour
from tests.harness.cli import Cli
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.live import Live

KILLS = int(os.environ.get("RUNNER_KILLS", "6"))
SEED = os.environ.get("RUNNER_SEED", "1")

_FIRST = 4
"""The calls before this one only ask who answers."""
_SOFTLY = ((SIGINT,), (SIGTERM,), (SIGHUP,), (SIGHUP, SIGHUP))
_HARDLY = ((SIGKILL,), (SIGINT, SIGINT), (SIGTERM, SIGINT))


@pytest.fixture
def shop(cli: Cli, workflow: Callable[..., Path], live: Live, docker_client: DockerClient, proxy: FaultProxy) -> Shop:
    return Shop(cli, workflow, live, docker_client, proxy)


def way_to_end(draw: random.Random, calls: int) -> Fault:
    """Draw a call out of so many, and how the run is ended there."""
    number = draw.randint(_FIRST, calls)
    how = draw.choice(("kill", "kill_after", "hardly", "softly", "softly"))
    if how in ("kill", "kill_after"):
        return Fault(how, nth=number)
    signals = draw.choice(_SOFTLY if how == "softly" else _HARDLY)
    return Fault("signal", nth=number, signals=signals, seconds=draw.choice((0, 0.01, 0.1)))


def test_a_run_that_is_ended_at_any_call_is_completed_by_the_next(shop: Shop) -> None:
    tour, draw = Tour(shop, KILLS), random.Random(SEED)
    for edge in tour:
        fault = way_to_end(draw, tour.calls[edge])
        ended = shop.disturb(edge.after, fault)
        if fault.action == "signal" and fault.signals in _SOFTLY:
            assert ended.exit_code in (0, 130), f"{edge}: {fault}: {ended.text}"
        tour.complete(edge, f"{edge}: {fault}")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("kill", method="DELETE", path="^/containers/"),
        Fault("kill_after", method="DELETE", path="^/containers/"),
        Fault("kill", method="DELETE", path="^/volumes/[0-9a-f]{64}"),
        Fault("kill_after", method="DELETE", path="^/volumes/[0-9a-f]{64}"),
    ],
    ids=["before the container", "after it", "before its data", "after it"],
)
def test_data_that_moved_along_goes_with_its_container_however_the_run_ends(
    cli: Cli, workflow: Callable[..., Path], live: Live, docker_client: DockerClient, proxy: FaultProxy, fault: Fault
) -> None:
    before = {volume.name for volume in docker_client.volumes.list()}
    for colour in ("red", "blue"):  # the second one is given the volume of the first
        workflow(f"containers: {{web: {{<<: *idle, volumes: [/data], environment: {{COLOUR: {colour}}}}}}}")
        cli("apply").exits(0)
    proxy.break_with(fault)
    killed = cli("destroy", "--volumes", "--yes", env={"DOCKER_HOST": proxy.url})
    assert killed.exit_code < 0, killed.text
    cli("destroy", "--volumes", "--yes").exits(0)
    assert not live.containers
    assert {volume.name for volume in docker_client.volumes.list()} <= before


def test_a_container_whose_removal_with_its_data_was_cut_short_is_made_anew_if_the_file_has_it_again(
    cli: Cli, workflow: Callable[..., Path], live: Live, docker_client: DockerClient, proxy: FaultProxy
) -> None:
    workflow("containers: {web: {<<: *idle, volumes: [/data]}}")
    cli("apply").exits(0)
    old = live.id("web")
    proxy.break_with(Fault("kill", method="DELETE", path="^/containers/"))
    cli("destroy", "--volumes", "--yes", env={"DOCKER_HOST": proxy.url})
    assert live.id("web") == old
    cli("apply", "--yes").exits(0)
    assert live.id("web") != old
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_a_killed_run_set_in_place_is_taken_back_when_the_file_drops_it(
    cli: Cli, workflow: Callable[..., Path], live: Live, proxy: FaultProxy
) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    workflow("containers: {web: {<<: *idle, limits: {cpu_shares: 512}}}")
    proxy.break_with(Fault("kill_after", method="POST", path="/update"))
    cli("apply", env={"DOCKER_HOST": proxy.url})
    assert live.container("web")["HostConfig"]["CpuShares"] == 512
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    assert live.container("web")["HostConfig"]["CpuShares"] in (0, 1024)
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize(("next_run", "left"), [(("apply",), 1), (("destroy", "--yes"), 0)], ids=["apply", "destroy"])
def test_a_record_that_a_killed_run_had_replaced_is_removed_by_the_next_run(
    cli: Cli,
    workflow: Callable[..., Path],
    live: Live,
    docker_client: DockerClient,
    proxy: FaultProxy,
    next_run: tuple[str, ...],
    left: int,
) -> None:
    def records() -> int:
        return len(docker_client.volumes.list(filters={"label": f"runner.container={id}"}))

    for shares in (512, 256):
        workflow(f"containers: {{web: {{<<: *idle, limits: {{cpu_shares: {shares}}}}}}}")
        cli("apply").exits(0)
    id = live.id("web")
    workflow("containers: {web: {<<: *idle, limits: {cpu_shares: 128}}}")
    proxy.break_with(Fault("kill", method="DELETE", path="^/volumes/runner.applied"))
    assert cli("apply", env={"DOCKER_HOST": proxy.url}).exit_code < 0
    assert records() == 2
    cli(*next_run).exits(0)
    assert records() == left

"""Under the lock an engine is observed again, unless its events tell that it is as it was when the plan was made."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from docker import DockerClient
from docker.models.containers import Container

from tests.harness.cli import Cli
from tests.harness.fault_proxy import Action, Fault, FaultProxy
from tests.harness.live import Live

ONE = "containers: {web: {<<: *idle, stop_grace_period: 0s, update: {settle: 0s}, environment: {A: VALUE}}}"


@pytest.fixture
def changed(cli: Cli, workflow: Callable[..., Path]) -> None:
    """A container that runs, and a file that would have it replaced."""
    workflow(ONE.replace("VALUE", "one"))
    cli("apply").exits(0)
    workflow(ONE.replace("VALUE", "two"))
    time.sleep(0.5)  # what happened up to here is before the first contact


def test_an_engine_where_nothing_happened_is_observed_once(cli: Cli, changed: None, proxy: FaultProxy) -> None:
    cli("apply", env={"DOCKER_HOST": proxy.url}).exits(0)

    assert _observations(proxy) == 1


def test_programs_that_run_in_containers_change_nothing(
    cli: Cli, changed: None, proxy: FaultProxy, docker_client: DockerClient, live: Live
) -> None:
    web = docker_client.containers.get(live.id("web"))

    _apply_after(lambda: web.exec_run("true"), cli, proxy)

    assert _observations(proxy) == 1


def test_what_so_many_events_ago_happened_an_engine_has_forgotten(
    cli: Cli, changed: None, proxy: FaultProxy, docker_client: DockerClient, live: Live
) -> None:
    web = live.id("web")

    _apply_after(lambda: [docker_client.api.exec_create(web, "true") for _ in range(300)], cli, proxy)

    assert _observations(proxy) == 2


@pytest.mark.parametrize("deed", ["update", "stop", "rename", "disconnect", "tag", "network", "volume"])
def test_what_happens_between_plan_and_lock_is_observed(
    cli: Cli, changed: None, proxy: FaultProxy, docker_client: DockerClient, live: Live, workflow_name: str, deed: str
) -> None:
    web = docker_client.containers.get(live.id("web"))
    deeds: dict[str, Callable[[], object]] = {
        "update": lambda: web.update(mem_limit="64m", memswap_limit="64m"),
        "stop": lambda: web.stop(timeout=0),
        "rename": lambda: web.rename(f"{workflow_name}-other"),
        "disconnect": lambda: docker_client.networks.get(_network(web)).disconnect(web),
        "tag": lambda: web.image.tag(workflow_name),
        "network": lambda: docker_client.networks.create(workflow_name, labels=_labels(workflow_name)),
        "volume": lambda: docker_client.volumes.create(workflow_name, labels=_labels(workflow_name)),
    }
    try:
        _apply_after(deeds[deed], cli, proxy)
    finally:
        if deed == "tag":
            docker_client.images.remove(workflow_name)

    assert _observations(proxy) == 2


@pytest.mark.parametrize("fault", ["error", "drop", "lose", "truncate", "stall"])
def test_an_engine_that_does_not_tell_is_observed_again(
    cli: Cli, changed: None, proxy: FaultProxy, fault: Action
) -> None:
    proxy.break_with(Fault(fault, path="^/events", bytes=0))
    cli("apply", env={"DOCKER_HOST": proxy.url}).exits(0)

    assert [call.fault for call in proxy.calls if call.fault] == [fault]
    assert _observations(proxy) == 2


def test_a_limit_that_was_set_between_plan_and_lock_is_set_back(
    cli: Cli, workflow: Callable[..., Path], proxy: FaultProxy, docker_client: DockerClient, live: Live
) -> None:
    text = "containers: {web: {<<: *idle, limits: {memory: 32M}}, other: {<<: *idle, update: {settle: 0s}ENV}}"
    workflow(text.replace("ENV", ""))
    cli("apply").exits(0)
    workflow(text.replace("ENV", ", environment: {A: two}"))
    time.sleep(0.5)
    web = docker_client.containers.get(live.id("web"))

    _apply_after(lambda: web.update(mem_limit="64m", memswap_limit="64m"), cli, proxy)

    web.reload()
    assert web.attrs["HostConfig"]["Memory"] == 32 << 20


def _apply_after(deed: Callable[[], object], cli: Cli, proxy: FaultProxy) -> None:
    """Apply, and do something just before the lock is asked for."""

    def do() -> None:
        deed()

    proxy.break_with(Fault("do", method="POST", path="^/volumes/create", deed=do))
    cli("apply", env={"DOCKER_HOST": proxy.url})
    assert [call.fault for call in proxy.calls if call.fault] == ["do"]


def _observations(proxy: FaultProxy) -> int:
    return sum("/containers/json?" in call.what for call in proxy.calls)


def _labels(workflow_name: str) -> dict[str, str]:
    return {"runner.workflow": workflow_name}


def _network(container: Container) -> str:
    return str(next(iter(container.attrs["NetworkSettings"]["Networks"])))

"""A port that somebody has is told by the plan, with who it is; what the plan itself frees is no obstacle."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live

Write = Callable[..., Path]


@pytest.fixture
def port(engine: Engine) -> int:
    """A free port in the engine's network."""
    return engine.free_port()


def on(port: int, key: str = "web") -> str:
    return f"containers: {{{key}: {{<<: *server, ports: ['127.0.0.1:{port}:80']}}}}\n"


@pytest.fixture
def listener(engine: Engine, port: int) -> Iterator[int]:
    """A port on which this process listens in the engine's network."""
    with engine.network():
        one = socket.socket()
        one.bind(("127.0.0.1", port))
        one.listen()
    with one:
        yield port


def test_a_container_that_has_a_port_is_named(
    cli: Cli, workflow: Write, docker_client: DockerClient, workflow_name: str, port: int, live: Live
) -> None:
    name = f"{workflow_name}-taker"
    taker = docker_client.containers.run("busybox:stable", ["sleep", "60"], name=name, detach=True, ports={80: port})
    try:
        file = workflow(on(port))
        told = cli("apply").exits(1)
        assert f'host port {port}/tcp on 127.0.0.1 is already used by container "{name}"' in told.text
        assert f"{file.name}:5:41" in told.text
        assert not live.containers
    finally:
        taker.remove(force=True)


def test_a_range_to_choose_from_is_a_problem_only_when_all_of_it_is_taken(
    cli: Cli, workflow: Write, docker_client: DockerClient, workflow_name: str, live: Live
) -> None:
    ports = {80: 47310, 81: 47311}
    name = f"{workflow_name}-taker"
    taker = docker_client.containers.run("busybox:stable", ["sleep", "60"], name=name, detach=True, ports=ports)
    try:
        workflow("containers: {web: {<<: *server, ports: ['9:9', '47310-47311:80']}}\n")
        told = cli("apply").exits(1)
        assert f'host port 47310-47311/tcp is already used by container "{name}"' in told.text
        assert not live.containers
        workflow("containers: {web: {<<: *server, ports: ['47310-47312:80']}}\n")
        cli("apply").exits(0)
        assert live.page(47312, "/group")
        cli("plan", "--detailed-exitcode").exits(0)
    finally:
        taker.remove(force=True)


def test_a_range_that_containers_and_processes_share_is_taken_by_all_of_them(
    cli: Cli, workflow: Write, docker_client: DockerClient, workflow_name: str, engine: Engine
) -> None:
    name = f"{workflow_name}-taker"
    taker = docker_client.containers.run("busybox:stable", ["sleep", "60"], name=name, detach=True, ports={80: 47320})
    try:
        with engine.network():
            one = socket.socket()
            one.bind(("0.0.0.0", 47321))
            one.listen()
        with one:
            workflow("containers: {web: {<<: *server, ports: ['47320-47321:80']}}\n")
            told = cli("plan").exits(1).text
        assert f'is already used by container "{name}" and process {os.getpid()} (' in told
    finally:
        taker.remove(force=True)


def test_a_range_with_nothing_left_that_the_plan_could_not_see_is_told_with_key_and_place(
    clients: Callable[..., Cli], workflow: Write, engine: Engine, listener: int
) -> None:
    if not engine.is_private:
        pytest.skip("only a private engine has a network of its own")
    outside = clients(at=Engine(engine.url))
    with engine.network():
        other = socket.socket()
        other.bind(("127.0.0.1", 47331))
        other.listen()
        first = socket.socket()
        first.bind(("127.0.0.1", 47330))
        first.listen()
    with first, other:
        workflow("containers: {web: {<<: *server, ports: ['127.0.0.1:47330-47331:80']}}\n", to=outside)
        failed = outside("apply").exits(1).ending("container.web")
    assert (failed["key"], failed["code"]) == ("ports", "port-taken")
    assert failed["place"].startswith("workflow.yaml:5:")


def test_a_process_that_listens_is_told_by_pid_and_program(cli: Cli, workflow: Write, listener: int) -> None:
    workflow(on(listener))
    program = Path("/proc/self/comm").read_text().strip()
    assert f"is already used by process {os.getpid()} ({program})" in cli("plan").exits(1).text


def test_what_the_plan_frees_is_free(cli: Cli, workflow: Write, port: int, live: Live) -> None:
    workflow(on(port))
    cli("apply").exits(0)
    workflow(on(port, "other"))
    cli("apply").exits(0)
    assert live.page(port, "/group")
    with_network = "containers: {other: {<<: *server, command: [httpd, -f, -p, '%s', -h, /etc], network_mode: host}}\n"
    workflow(with_network % port)
    cli("apply").exits(0)
    workflow(on(port, "other"))
    cli("apply").exits(0)
    assert live.page(port, "/group")
    cli("plan", "--detailed-exitcode").exits(0)


def test_one_that_the_plan_could_not_see_is_told_with_key_and_place(
    clients: Callable[..., Cli], workflow: Write, engine: Engine, listener: int
) -> None:
    if not engine.is_private:
        pytest.skip("only a private engine has a network of its own")
    outside = clients(at=Engine(engine.url))
    workflow(on(listener), to=outside)
    failed = outside("apply").exits(1).ending("container.web")
    assert failed["cause"] == f"host port 127.0.0.1:{listener} is already in use"
    assert (failed["key"], failed["place"]) == ("ports", "workflow.yaml:5:41")
    assert "address already in use" in failed["detail"]

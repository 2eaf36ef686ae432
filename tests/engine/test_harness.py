"""The harness itself: what other tests take for granted of their engines."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from urllib.error import URLError

import pytest
from docker import DockerClient
from docker.errors import NotFound

from tests.harness.engine import Engine, PrivateEngine
from tests.harness.image import BASE
from tests.harness.inventory import inventory, remove_workflow
from tests.harness.registry import Registry

SERVE = ["httpd", "-f", "-p", "80", "-h", "/etc"]
Engines = Callable[..., PrivateEngine]


def test_the_base_image_runs_programs(docker_client: DockerClient) -> None:
    said = docker_client.containers.run(BASE, ["sh", "-c", "echo hello | tr a-z A-Z"], remove=True)
    assert said == b"HELLO\n"


def test_a_published_port_answers_in_the_engines_network(
    engine: Engine, docker_client: DockerClient, workflow_name: str
) -> None:
    port = engine.free_port()
    labels = {"runner.workflow": workflow_name}
    docker_client.containers.run(BASE, SERVE, ports={"80/tcp": ("127.0.0.1", port)}, labels=labels, detach=True)
    with engine.network():
        assert b"root" in _asked_until_answered(f"http://127.0.0.1:{port}/group")


def _asked_until_answered(url: str) -> bytes:
    """Return what is answered; the port is open a moment before the program behind it listens."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_a_private_engine_publishes_nothing_on_the_machine(private_engines: Engines) -> None:
    engine = private_engines()
    port = engine.free_port()
    with engine.client() as client:
        client.containers.run(BASE, SERVE, ports={"80/tcp": ("127.0.0.1", port)}, detach=True)
    with pytest.raises(URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/group", timeout=2)


def test_an_image_comes_back_from_the_registry(registry: Registry, docker_client: DockerClient) -> None:
    reference = registry.push(BASE, "library/busybox:pushed")
    with pytest.raises(NotFound):
        docker_client.images.get(reference)
    assert docker_client.images.pull(reference).attrs["RepoDigests"]
    docker_client.images.remove(reference)


def test_removing_a_workflow_takes_all_that_carries_its_label(docker_client: DockerClient, workflow_name: str) -> None:
    labels = {"runner.workflow": workflow_name}
    docker_client.volumes.create(f"{workflow_name}_data", labels=labels)
    docker_client.networks.create(f"{workflow_name}_front", labels=labels)
    mounts = [f"{workflow_name}_data:/data"]
    docker_client.containers.run(
        BASE, SERVE, network=f"{workflow_name}_front", volumes=mounts, labels=labels, detach=True
    )
    assert any(workflow_name in thing for thing in inventory(docker_client))
    remove_workflow(docker_client, workflow_name)
    assert not any(workflow_name in thing for thing in inventory(docker_client))


def test_options_of_dockerd_are_given_to_every_private_engine(
    private_engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNER_TEST_DOCKERD", "--label 'every=one of them' --debug")
    with private_engines(options=("--label", "own=yes")).client() as client:
        told = client.info()
    assert told["Debug"]
    assert {"every=one of them", "own=yes"} <= set(told["Labels"])


def test_a_killed_engine_comes_back_with_what_it_had(private_engines: Engines) -> None:
    engine = private_engines()
    with engine.client() as client:
        client.containers.run(BASE, SERVE, name="web", init=True, restart_policy={"Name": "always"}, detach=True)
        engine.restart("kill")
        assert client.containers.get("web").status == "running"


def test_a_paused_engine_leaves_its_callers_waiting(private_engines: Engines) -> None:
    engine = private_engines()
    with engine.client(timeout=0.5) as client:
        engine.signal("STOP")
        with pytest.raises(OSError, match="timed out"):
            client.ping()
        engine.signal("CONT")
        assert client.ping()


def test_a_disposed_engine_leaves_no_folder(private_engines: Engines) -> None:
    engine = private_engines()
    engine.power_cut()
    engine.dispose()
    assert not engine.folder.exists()

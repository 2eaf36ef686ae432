"""A replacement never loses the old container first: whatever goes wrong, it is back and serves."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live


@pytest.fixture
def port(engine: Engine) -> int:
    """A free port in the engine's network."""
    return engine.free_port()


@pytest.fixture
def holder(engine: Engine) -> Iterator[int]:
    """The port of a process in the engine's network, which only who is there himself can see."""
    if not engine.is_private:
        pytest.skip("only a private engine has a network of its own")
    port = engine.free_port()
    with engine.network():
        listener = socket.create_server(("127.0.0.1", port))
    with listener:
        yield port


def served(port: int, more: str = "") -> str:
    """Return a workflow that serves on a port, with more options, or others instead."""
    return f"""
    containers:
      web:
        <<: *server
        ports: ["127.0.0.1:{port}:80"]
        {more}
    """


@pytest.mark.parametrize(
    ("options", "cause"),
    [
        ("command: [no-such-program]\n        init: false", "no-such-program"),
        ("command: [sh, -c, 'echo bad config; exit 4']", "exited with code 4"),
        ("healthcheck: {test: [CMD, 'false'], interval: 0.2s, retries: 1}", "is unhealthy"),
        ("user: nobody-here", "nobody-here"),
    ],
    ids=["no program", "ends at once", "unhealthy", "no user"],
)
def test_one_that_does_not_work_gives_way_to_the_old_one(
    cli: Cli, workflow: Callable, live: Live, port: int, options: str, cause: str
) -> None:
    workflow(served(port))
    cli("apply").exits(0)
    before = live.containers
    workflow(served(port, options))

    rolled_back = cli("apply").exits(5)

    assert live.containers == before
    assert live.page(port, "/group")
    assert rolled_back.endings["container.web"] == "rolled_back"
    assert cause in rolled_back.ending("container.web")["cause"]
    assert "restored the previous one" in rolled_back.stdout


def test_a_taken_port_that_the_plan_cannot_see_gives_way_to_the_old_one_on_its_own_port(
    clients: Callable[..., Cli], workflow: Callable, engine: Engine, live: Live, port: int, holder: int
) -> None:
    outside = clients(at=Engine(engine.url))
    workflow(served(port), to=outside)
    outside("apply").exits(0)
    before = live.containers
    workflow(served(holder), to=outside)

    rolled_back = outside("apply").exits(5)

    assert live.containers == before
    assert live.page(port, "/group")
    assert f"127.0.0.1:{holder} is already in use" in rolled_back.ending("container.web")["cause"]


def test_the_last_words_of_the_new_one_are_told(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    workflow("containers: {web: {<<: *idle, command: [sh, -c, 'echo bad config; exit 4']}}")
    assert cli("apply").exits(5).ending("container.web")["tail"] == ["bad config"]
    assert live.runs("web")


@pytest.mark.parametrize(
    ("options", "cause"),
    [
        ("working_dir: /etc/passwd", "/etc/passwd is not a directory"),
        ("volumes: [{type: bind, source: /nowhere, target: /data, bind: {create_host_path: false}}]", "/nowhere"),
    ],
    ids=["refused by the engine", "refused by the plan"],
)
def test_one_that_cannot_even_be_created_leaves_the_old_one_untouched(
    cli: Cli, workflow: Callable, live: Live, port: int, options: str, cause: str
) -> None:
    workflow(served(port))
    cli("apply").exits(0)
    before, started = live.containers, live.container("web")["State"]["StartedAt"]
    workflow(served(port, options))

    failed = cli("apply").exits(1)

    assert live.containers == before
    assert live.container("web")["State"]["StartedAt"] == started
    assert cause in failed.text


def test_an_image_that_cannot_be_had_leaves_the_old_one_untouched(
    cli: Cli, workflow: Callable, live: Live, port: int
) -> None:
    workflow(served(port))
    cli("apply").exits(0)
    before, started = live.containers, live.container("web")["State"]["StartedAt"]
    workflow(served(port, "image: 127.0.0.1:1/no/such:1"))

    failed = cli("apply").exits(1)

    assert live.containers == before
    assert live.container("web")["State"]["StartedAt"] == started
    assert failed.endings["container.web"] == "skipped"


def test_data_in_anonymous_volumes_moves_along(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow("containers: {web: {<<: *idle, volumes: [/data]}}")
    cli("apply").exits(0)
    docker_client.containers.get(live.id("web")).exec_run(["touch", "/data/kept"])
    old = live.id("web")
    workflow("containers: {web: {<<: *idle, volumes: [/data], environment: {A: b}}}")

    cli("apply").exits(0)

    assert live.id("web") != old
    assert docker_client.containers.get(live.id("web")).exec_run(["ls", "/data"]).output == b"kept\n"


def test_what_rests_on_a_rolled_back_one_is_skipped_and_the_rest_is_done(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    text = """
        containers:
          db: {{<<: *idle, command: [{}]}}
          web: {{<<: *idle, depends_on: [db], environment: {{RELEASE: '{}'}}}}
          other: {{<<: *idle, environment: {{RELEASE: '{}'}}}}
    """
    workflow(text.format("sleep, infinity", 1, 1))
    cli("apply").exits(0)
    before = live.containers
    workflow(text.format("no-such-program", 2, 2))

    half = cli("apply").exits(5)

    assert {live.id("db"), live.id("web")} == {before["db-1"], before["web-1"]}
    assert live.id("other") != before["other-1"]
    assert half.endings["container.web"] == "skipped"


def test_an_old_one_that_was_stopped_by_hand_runs_again_after_a_rollback(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    docker_client.api.stop(live.id("web"), timeout=2)
    before = live.containers
    workflow("containers: {web: {<<: *idle, command: [no-such-program]}}")

    cli("apply").exits(5)

    assert live.containers == before
    assert live.runs("web")


def test_an_old_one_that_cannot_come_back_is_told_beside_the_reason(
    cli: Cli, workflow: Callable, live: Live, tmp_path: Path
) -> None:
    source = tmp_path / "data"
    source.mkdir()
    mounted = f"volumes: [{{type: bind, source: {source}, target: /data, bind: {{create_host_path: false}}}}]"
    workflow(f"containers: {{web: {{<<: *idle, {mounted}}}}}")
    cli("apply").exits(0)
    before = live.containers
    source.rmdir()
    workflow("containers: {web: {<<: *idle, command: [no-such-program]}}")

    cause = cli("apply").exits(1).ending("container.web")["cause"]

    assert live.containers == before
    assert "new container exited with code 127 (command not found); restoring the previous one failed: " in cause
    assert str(source) in cause

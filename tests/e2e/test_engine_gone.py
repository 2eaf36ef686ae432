"""An engine that isn't there, or goes away, is a clear error and never a traceback or a hang."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from signal import SIGINT

import pytest

from tests.harness.cli import Cli
from tests.harness.engine import PrivateEngine
from tests.harness.relay import Relay

ONE = "containers: {web: *idle}"


@pytest.mark.parametrize("command", ["plan", "apply", "destroy", "status"])
def test_an_unreachable_socket_is_told_with_a_way_out(cli: Cli, workflow: Callable, command: str) -> None:
    workflow(ONE)
    failed = cli(command, env={"DOCKER_HOST": "unix:///no/such/docker.sock"}).exits(3)
    assert "/no/such/docker.sock" in failed.stderr
    assert "help: " in failed.stderr
    assert "DOCKER_HOST" in failed.stderr


def test_doctor_tells_it_among_its_findings_with_a_way_out(cli: Cli) -> None:
    examined = cli("doctor", env={"DOCKER_HOST": "unix:///no/such/docker.sock"}).exits(3)
    assert "/no/such/docker.sock" in examined.stdout
    assert "DOCKER_HOST" in examined.stdout
    assert examined.stderr == ""


@pytest.mark.parametrize(
    "host",
    ["unix:///no/such/docker.sock", "tcp://127.0.0.1:1", "http://127.0.0.1:1", "tcp://no-such-host.invalid:2375"],
)
def test_a_host_that_does_not_answer_is_told(cli: Cli, workflow: Callable, host: str) -> None:
    workflow(ONE)
    assert host in cli("plan", "-H", host).exits(3).stderr


@pytest.mark.parametrize("host", ["nonsense", "foo://bar", "tcp://127.0.0.1:port", "ssh://"])
def test_a_host_that_makes_no_sense_is_told(cli: Cli, workflow: Callable, host: str) -> None:
    workflow(ONE)
    assert host in cli("plan", "-H", host).exits(3).stderr


def test_an_unknown_context_is_told_by_its_name(cli: Cli, workflow: Callable) -> None:
    workflow(ONE)
    failed = cli("plan", "--context", "nowhere").exits(3)
    assert '"nowhere"' in failed.stderr
    assert "help: " in failed.stderr


def test_version_tells_runners_own_without_an_engine(cli: Cli) -> None:
    told = cli("version", env={"DOCKER_HOST": "unix:///no/such/docker.sock"}).exits(0)
    assert "runner" in told.stdout
    assert "none" in told.stdout


def test_an_engine_killed_in_the_middle_fails_the_run_and_the_next_one_completes_it(
    clients: Callable[..., Cli], workflow: Callable, private_engines: Callable[..., PrivateEngine]
) -> None:
    engine = private_engines()
    cli = clients(at=engine)
    slow = "healthcheck: {{test: [CMD, test, -f, /tmp/ok], interval: 0.2s, retries: 1000}}, command: [{}]"
    text = "containers: {{web: {{<<: *idle, " + slow + "}}, db: {{<<: *idle, depends_on: [web]}}}}"
    workflow(text.format("sleep, infinity"), to=cli)
    applying = cli.start("apply").until("container.web", "running")
    started = time.monotonic()

    engine.signal("KILL")
    failed = applying.finish().exits(1)

    assert time.monotonic() - started < 20
    assert "lost the engine" in failed.ending("container.web")["cause"]
    assert failed.endings["container.db"] == "skipped"

    engine.restart()
    workflow(text.format('sh, -c, "touch /tmp/ok; exec sleep infinity"'), to=cli)
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)


def test_an_engine_lost_before_the_first_step_fails_the_run(
    cli: Cli, workflow: Callable, private_engines: Callable[..., PrivateEngine], tmp_path: Path
) -> None:
    workflow("containers: {web: *idle, db: {<<: *idle, depends_on: [web]}}")
    relay = Relay(private_engines().url, tmp_path / "relay.sock", last_word=b"/events?filters")
    relay.start()

    failed = cli("apply", env={"DOCKER_HOST": relay.url}).exits(1)

    assert failed.events[-1]["result"] == "failed"
    assert "lost the engine" in failed.ending("network.default")["cause"]
    assert failed.endings["container.web"] == failed.endings["container.db"] == "skipped"


def test_an_engine_that_hangs_can_be_left_with_ctrl_c(
    clients: Callable[..., Cli], workflow: Callable, private_engines: Callable[..., PrivateEngine]
) -> None:
    engine = private_engines()
    cli = clients(at=engine)
    workflow(ONE, to=cli)
    engine.signal("STOP")
    try:
        planning = cli.start("plan")
        time.sleep(1.5)
        finished = planning.send(SIGINT).finish(timeout=10).exits(130)
        assert "interrupted" in finished.stderr
    finally:
        engine.signal("CONT")

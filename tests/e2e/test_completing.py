"""A container that may complete: it ends by itself with 0, and runs again only when it changes."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from docker import DockerClient
from docker.errors import NotFound

from tests.harness.cli import Cli
from tests.harness.live import Live

ADDRESS = "container.once"


def once(after: float = 0, *, code: int = 0, more: str = "", beside: str = "") -> str:
    """A container that notes in a volume that it runs, and ends; beside one by which the notes are read."""
    command = f"[sh, -c, 'echo ran >> /data/runs; echo last words; sleep {after}; exit {code}']"
    return f"""
        volumes: {{data: {{}}}}
        containers:
          once: {{image: "busybox:stable", init: true, volumes: ["data:/data"], command: {command},
                 may_complete: true{more}}}
          web: {{<<: *idle, volumes: ["data:/data"]}}
          {beside}
    """


def server(more: str = "") -> str:
    """A container that keeps running, and ends with 0 when it is asked to."""
    command = """[sh, -c, 'trap "exit 0" TERM; sleep 600 & wait']"""
    return f"containers: {{once: {{image: 'busybox:stable', command: {command}, may_complete: true{more}}}}}"


@pytest.fixture
def runs(live: Live, docker_client: DockerClient) -> Callable[[], int]:
    """Count how often the container has run."""
    return lambda: int(
        docker_client.containers.get(live.id("web")).exec_run(["wc", "-l", "/data/runs"]).output.split()[0]
    )


def until_ended(live: Live, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while live.runs("once"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(0.2)  # the event comes a little later


def make_forget(client: DockerClient) -> None:
    """Let so much happen on the engine that it forgets its earlier events."""
    for _ in range(150):
        client.api.remove_volume(client.api.create_volume()["Name"])


def test_one_that_ends_with_0_has_succeeded_and_does_not_run_again(
    cli: Cli, workflow: Callable, docker_client: DockerClient, runs: Callable, workflow_name: str
) -> None:
    workflow(once())
    applied = cli("apply").exits(0)
    assert applied.endings[ADDRESS] == "succeeded"
    make_forget(docker_client)

    cli("plan", "--detailed-exitcode").exits(0)
    assert "No changes" in cli("apply").exits(0).text

    assert runs() == 1
    [row] = [one for one in cli("status", "-o", "json").exits(0).json["resources"] if one["address"] == ADDRESS]
    assert (row["sync"], row["phase"], row["exit_code"]) == ("in sync", "completed", 0)
    [listed] = [one for one in cli("ls", "-o", "json").exits(0).json["workflows"] if one["name"] == workflow_name]
    assert (listed["running"], listed["expected"], listed["ailing"]) == (1, 1, {})


def test_one_that_ends_with_another_code_has_failed(cli: Cli, workflow: Callable) -> None:
    workflow(once(code=3))

    applied = cli("apply").exits(1)

    assert applied.endings[ADDRESS] == "failed"
    assert "exited with code 3" in applied.text
    assert "last words" in applied.text
    assert "it may complete, but by itself and with exit code 0" in applied.text


def test_one_that_ends_after_the_apply_is_completed_and_an_apply_keeps_that(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, runs: Callable
) -> None:
    workflow(once(3))
    assert cli("apply").exits(0).endings[ADDRESS] == "ready"
    until_ended(live)
    cli("plan", "--detailed-exitcode").exits(0)
    assert "No changes" in cli("apply").exits(0).text
    make_forget(docker_client)

    cli("plan", "--detailed-exitcode").exits(0)

    assert runs() == 1


def test_an_end_that_nobody_knows_of_any_more_does_not_count(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(once(2))
    cli("apply").exits(0)
    until_ended(live)
    make_forget(docker_client)

    assert 'state  "exited" → "running"' in cli("plan", "--detailed-exitcode").exits(10).text


def test_one_that_fails_after_the_apply_is_started_again(
    cli: Cli, workflow: Callable, live: Live, runs: Callable
) -> None:
    workflow(once(2, code=1))
    cli("apply").exits(0)
    until_ended(live)

    assert 'state  "exited" → "running"' in cli("plan", "--detailed-exitcode").exits(10).text
    cli("apply").exits(0)

    assert runs() == 2


def test_one_that_was_stopped_is_started_again_whatever_its_exit_code(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(server())
    cli("apply").exits(0)
    docker_client.api.stop(live.id("once"), timeout=5)
    assert live.container("once")["State"]["ExitCode"] == 0

    cli("plan", "--detailed-exitcode").exits(10)
    cli("apply").exits(0)

    assert live.runs("once")


def test_a_change_runs_it_again_and_one_in_place_does_not(
    cli: Cli, workflow: Callable, live: Live, runs: Callable
) -> None:
    workflow(once())
    cli("apply").exits(0)
    first = live.id("once")
    workflow(once(more=", limits: {memory: 64m}"))
    cli("apply").exits(0)
    workflow(once(more=", limits: {memory: 32m}"))
    assert cli("apply").exits(0).endings[ADDRESS] == "succeeded"
    in_place = live.id("once")
    before = runs()
    workflow(once(more=", limits: {memory: 32m}, environment: {A: b}"))

    assert cli("apply").exits(0).endings[ADDRESS] == "succeeded"

    assert (in_place == first, before, runs()) == (True, 1, 2)
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_restart_runs_it_again(cli: Cli, workflow: Callable, runs: Callable) -> None:
    workflow(once())
    cli("apply").exits(0)

    assert cli("restart", "once").exits(0).endings[ADDRESS] == "succeeded"

    assert runs() == 2
    cli("plan", "--detailed-exitcode").exits(0)


def test_who_waits_until_it_started_starts_also_when_it_has_completed_before(cli: Cli, workflow: Callable) -> None:
    later = "later: {<<: *idle, depends_on: {once: started}}"
    workflow(once())
    cli("apply").exits(0)
    workflow(once(beside=later))
    assert cli("apply").exits(0).endings["container.later"] == "ready"
    cli("destroy", "--yes", "--volumes").exits(0)

    assert cli("apply").exits(0).endings["container.later"] == "ready"


def test_who_waits_until_it_is_healthy_does_not_start_when_it_completes(cli: Cli, workflow: Callable) -> None:
    health = ", healthcheck: {test: [CMD, 'false'], interval: 1s}"
    workflow(once(1, more=health, beside="later: {<<: *idle, depends_on: {once: healthy}}"))

    applied = cli("apply").exits(1)

    assert applied.endings["container.later"] == "failed"
    assert "container.once completed and is not healthy" in applied.text


def test_a_replacement_that_fails_brings_the_completed_one_back_without_running_it(
    cli: Cli, workflow: Callable, live: Live, runs: Callable
) -> None:
    workflow(once())
    cli("apply").exits(0)
    first = live.id("once")
    workflow(once(code=1))
    assert cli("apply").exits(5).endings[ADDRESS] == "rolled_back"
    assert live.id("once") == first
    assert runs() == 2
    workflow(once())

    cli("plan", "--detailed-exitcode").exits(0)


def test_an_atomic_run_that_fails_leaves_nothing_of_it(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(once(beside="bad: {<<: *idle, command: ['false'], init: false, depends_on: {once: started}}"))
    before = {volume.name for volume in docker_client.volumes.list()}

    cli("apply", "--atomic").exits(5)

    assert not live.containers
    assert {volume.name for volume in docker_client.volumes.list()} <= before
    workflow(once())
    assert cli("apply", "--atomic").exits(0).endings[ADDRESS] == "succeeded"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_while_it_settles_is_completed_by_the_next(
    cli: Cli, workflow: Callable, live: Live, runs: Callable, how: signal.Signals
) -> None:
    workflow(once(1, more=", update: {settle: 10s}"))
    cli.start("apply").until(ADDRESS, "running").send(how).finish()
    until_ended(live)

    cli("apply").exits(0)

    assert runs() == 1
    cli("plan", "--detailed-exitcode").exits(0)


def test_it_is_found_by_its_name_and_what_is_left_of_it_goes_with_it(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    before = {volume.name for volume in docker_client.volumes.list()}
    workflow(once())
    assert cli("apply", "--target", ADDRESS).exits(0).endings[ADDRESS] == "succeeded"
    docker_client.containers.get(live.id("once")).remove()
    assert cli("apply", "--target", ADDRESS).exits(0).endings[ADDRESS] == "succeeded"

    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
    cli("destroy", "--yes", "--volumes").exits(0)

    assert {volume.name for volume in docker_client.volumes.list()} <= before


def test_one_without_the_key_any_more_is_started(cli: Cli, workflow: Callable) -> None:
    workflow(once())
    cli("apply").exits(0)
    workflow(once().replace("may_complete: true", "may_complete: false"))

    assert 'state  "completed" → "running"' in cli("plan", "--detailed-exitcode").exits(10).text


def test_one_in_the_network_of_another_does_not_run_again_when_that_is_replaced(
    cli: Cli, workflow: Callable, runs: Callable
) -> None:
    text = once(more=', network_mode: "container:owner"', beside="owner: {<<: *idle, environment: {A: a}}")
    workflow(text)
    cli("apply").exits(0)
    workflow(text.replace("A: a", "A: b"))

    applied = cli("apply").exits(0)

    assert applied.reasons.keys() == {"container.owner"}
    assert runs() == 1
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize("more", [", restart: always", ", ready: {exec: ['true']}"])
def test_what_is_only_for_those_that_keep_running_is_refused(cli: Cli, workflow: Callable, more: str) -> None:
    workflow(server(more))

    assert 'conflicts with "may_complete"' in cli("validate").exits(2).text


def test_a_foreign_one_that_ended_is_adopted_as_completed_and_never_run_again(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    other = docker_client.containers.create(
        "busybox:stable",
        ["sh", "-c", "echo ran"],
        name=f"{workflow_name}-once-1",
        network="none",
    )
    other.start()
    other.wait()
    make_forget(docker_client)
    text = "containers: {once: {image: 'busybox:stable', command: [sh, -c, echo ran], network_mode: none%s}}"
    workflow(text % ", may_complete: true")

    try:
        assert cli("apply", "--adopt").exits(0).endings[ADDRESS] == "succeeded"

        assert live.id("once") == other.id
        assert other.logs() == b"ran\n"
        cli("plan", "--detailed-exitcode").exits(0)
        cli("destroy", "--yes").exits(0)
    finally:
        with suppress(NotFound):
            other.remove(force=True)

"""doctor examines the engine and this machine, says what to do, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.inventory import inventory


def found(done: Finished) -> Mapping[str, Mapping[str, Any]]:
    return {one["check"]: one for one in done.json["checks"]}


def test_a_sound_engine_and_workflow_are_told_and_left_alone(
    cli: Cli, workflow: Callable, docker_client: DockerClient
) -> None:
    workflow("containers: {web: *idle}")
    before = inventory(docker_client)

    checks = found(cli("doctor", "--deep", "-o", "json").exits(0))

    assert {
        name: checks[name]["verdict"] for name in ("engine", "clock", "keys", "workflow", "records")
    } == dict.fromkeys(("engine", "clock", "keys", "workflow", "records"), "ok")
    assert checks["disk"]["facts"]["free"] > 0
    assert checks["network"]["verdict"] in ("ok", "warning"), "a container tried"
    assert inventory(docker_client) == before


def test_what_is_broken_has_a_remedy_and_fails_the_command(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: {<<: *idle, imgae: x}}")
    (cli.home / ".docker").mkdir()
    (cli.home / ".docker/config.json").write_text('{"credsStore": "no-such-helper"}')

    shown = cli("doctor").exits(1).stdout

    assert "✘ workflow   workflow.yaml is invalid; errors: 1\n             → runner validate workflow.yaml" in shown
    assert "docker-credential-no-such-helper" in shown
    assert "2 broken" in shown


def test_this_machine_is_examined_without_an_engine_too(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    nowhere = {"DOCKER_HOST": "unix:///no/such/docker.sock"}
    checks = found(cli("doctor", "-o", "json", env=nowhere).exits(3))
    assert (checks["engine"]["verdict"], checks["workflow"]["verdict"]) == ("broken", "ok")
    assert cli("doctor", env=nowhere).exits(3).text.count("no/such/docker.sock") == 1

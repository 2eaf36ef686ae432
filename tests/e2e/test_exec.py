"""exec runs a command in a container as if it were run here: its streams, its terminal, its exit code."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

TWO = "containers: {web: {<<: *idle, replicas: 2}, off: {<<: *idle, stop_signal: SIGKILL}}"


def test_a_command_has_the_streams_and_gives_its_exit_code(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    workflow(TWO)
    cli("apply").exits(0)
    told = cli("exec", "web", "--", "sh", "-c", "echo out; echo err >&2; exit 7").exits(7)
    assert (told.stdout, told.stderr) == ("out\n", "err\n")
    (cli.folder / "workflow.yaml").unlink()
    by_name = ("exec", "--file", workflow_name)
    second = cli(
        *by_name, "-e", "A=b", "-u", "nobody", "-w", "/tmp", "web[2]", "sh", "-c", "hostname; pwd; id -un; echo $A"
    )
    assert second.exits(0).stdout.split() == [live.id("web", 2)[:12], "/tmp", "nobody", "b"]

    payload = os.urandom(3_000_000)
    (cli.folder / "payload").write_bytes(payload)
    through = ("sh", "-c", '"$@" <payload | md5sum', "sh")
    echoed = cli.start(*by_name, "container.web", "--", "cat", through=through).finish()
    assert echoed.exits(0).stdout.split()[0] == hashlib.md5(payload).hexdigest()

    assert 'program "nope" not found in the container' in cli(*by_name, "web", "nope").exits(127).stderr
    assert "is not executable" in cli(*by_name, "web", "/etc/passwd").exits(126).stderr
    docker_client.containers.get(live.id("off")).stop(timeout=0)
    assert "container.off is not running (exited)" in cli(*by_name, "off", "true").exits(125).stderr
    assert 'did you mean "web"?' in cli(*by_name, "wbe", "true").exits(2).stderr
    assert "come before the address" in cli(*by_name, "web", "-T", "--", "true").exits(2).stderr


def test_on_a_terminal_the_command_has_it(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    typed = {"# ": "stty size; sleep 60\n", "40 100": "\x03", "^C": "printf '\\033[1m%s' bo''ld; exit 5\n"}
    shown = cli.terminal("exec", "web", "--", "sh", answers=typed, columns=100, lines=40).exits(5).stdout
    assert "\x1b[1mbold" in shown
    assert cli.terminal("exec", "-T", "web", "--", "tty").exits(1).stdout == "not a tty\n"

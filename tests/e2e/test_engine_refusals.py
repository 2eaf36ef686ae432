"""What the engine refuses half-way is told in the user's terms, with the key, its place and the engine's own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.harness.cli import Cli
from tests.harness.live import Live

Write = Callable[..., Path]

REFUSED = """\
containers:
  program: {<<: *idle, init: false, command: [no-such-program, "1"]}
  device: {<<: *idle, devices: ["/dev/null:/dev/x", "/dev/no-such:/dev/y"]}
  kernel: {<<: *idle, sysctls: {net.core.somaxconn: "1024", net.no_such: "1"}}
  onto: {<<: *idle, volumes: ["/dev:/x", "/etc/passwd:/etc"]}
"""
EXPECTED = {
    "program": ('program "no-such-program" not found in the image', "command", 6),
    "device": ('device "/dev/no-such" not found on the engine\'s host', "devices", 7),
    "kernel": ('the engine\'s kernel has no parameter "net.no_such"', "sysctls", 8),
    "onto": ('cannot mount "/etc/passwd" at "/etc": one is a file, the other a folder', "volumes", 9),
}


def test_a_refusal_is_told_with_what_in_the_file_it_is_about(cli: Cli, workflow: Write) -> None:
    workflow(REFUSED)
    failed = cli("apply").exits(1)
    lines = (cli.folder / "workflow.yaml").read_text().splitlines()
    for key, (cause, row, line) in EXPECTED.items():
        ending = failed.ending(f"container.{key}")
        assert (ending["cause"], ending["key"]) == (cause, row)
        file, number, column = ending["place"].split(":")
        assert (file, number) == ("workflow.yaml", str(line))
        item = cause.split('"')[1]
        assert item in lines[line - 1][int(column) - 1 :]
        assert ending["detail"]
        assert f"{ending['place']} ({row})" in failed.stdout


def test_what_had_to_be_killed_is_told_with_the_help(cli: Cli, workflow: Write, live: Live) -> None:
    text = """\
        containers:
          deaf: {<<: *idle, init: false, stop_signal: "15", stop_grace_period: 1s, environment: {A: "%s"}}
          slow: {<<: *idle, command: [sh, -c, "trap 'sleep 0.3; exit 137' TERM; sleep 60 & wait"]}
          quick: {<<: *idle, stop_grace_period: 1s, environment: {A: "%s"}}
    """
    workflow(text % ("1", "1"))
    cli("apply").exits(0)
    workflow(text % ("2", "2"))
    for finished in (cli("apply").exits(0), cli("destroy", "--yes").exits(0)):
        killed = [event for event in finished.events if event.get("code") == "killed"]
        assert [event["message"] for event in killed] == [
            "container.deaf did not stop on SIGTERM within 1 s and was killed"
        ]
        assert "init: true" in killed[0]["help"]
    assert not live.containers

"""logs shows what the containers of a workflow write: in the order of time, and what comes later as well."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from signal import SIGINT

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

SHOP = """
x-quick: &quick {image: "busybox:stable", stop_signal: SIGKILL}
containers:
  db:
    <<: *quick
    command: [sh, -c, "echo 'in \\e[31mred\\e[0m' >&2; until [ -e /go ]; do sleep 0.1; done; echo gone; sleep infinity"]
    depends_on: [once]
    ready: {log: red}
  web: {<<: *quick, replicas: 2, command: [sh, -c, "echo up; sleep infinity"], depends_on: [db]}
  mute: {<<: *quick, command: [sleep, infinity], logging: {driver: none}}
jobs:
  once: {<<: *quick, command: [sh, -c, "echo first; printf last"]}
"""


def test_lines_come_in_the_order_of_time_each_with_a_name(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(SHOP)
    cli("apply").exits(0)
    docker_client.containers.get(live.id("db")).exec_run(["touch", "/go"])
    gone = cli.start("logs", "--follow", "db")
    assert [gone.next_line(), gone.next_line()] == ["db | in red\n", "db | gone\n"]
    gone.send(SIGINT).finish().exits(130)

    shown = cli("logs").exits(0)
    lines = shown.stdout.splitlines()

    assert [*lines[:3], *sorted(lines[3:5]), *lines[5:]] == [
        "once   | first",
        "once   | last",
        "db     | in red",
        "web    | up",
        "web[2] | up",
        "db     | gone",
    ]
    assert "container.mute can't be read: configured logging driver does not support reading" in shown.stderr
    assert cli("logs", "web[2]", "job.once", "--tail", "1").exits(0).stdout == "once   | last\nweb[2] | up\n"
    assert cli("logs", "db", "--since", "2020-01-01").exits(0).stdout == "db | in red\ndb | gone\n"
    assert cli("logs", "db", "--since", "0s").exits(0).stdout == ""
    assert cli("logs", "mute").exits(1).stdout == ""
    written = cli("logs", "db", "--since", "1h", "-o", "json", "--tail", "2").exits(0)
    first = json.loads(written.stdout.splitlines()[0])
    assert (first["address"], first["line"]) == ("container.db", "in \x1b[31mred\x1b[0m")
    assert 'has no container or job "wed" on the engine; did you mean "web"?' in cli("logs", "wed").exits(2).stderr
    assert "invalid time" in cli("logs", "--since", "yesterday").exits(2).stderr
    assert cli("logs", "--grep", "^(in red|l.*t)$", "--tail", "1").exits(0).stdout == "once   | last\ndb     | in red\n"
    assert cli("logs", "db", "-t", "--until", "0s").exits(0).stdout.startswith("db | 20")
    assert 'expression "a(b" at character 1: missing )' in cli("logs", "--grep", "a(b").exits(2).stderr


def test_what_takes_the_place_of_another_is_followed_until_the_user_has_enough(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    text = """
        containers:
          web: {{image: "busybox:stable", stop_signal: SIGKILL, command: [sh, -c, "echo {}; sleep infinity"]}}
    """
    workflow(text.format("one"))
    cli("apply").exits(0)
    following = cli.start("logs", "--follow")
    heard = [following.next_line()]
    docker_client.api.restart(live.id("web"), timeout=0)
    heard.append(following.next_line())
    workflow(text.format("two"))
    cli("apply").exits(0)
    heard.append(following.next_line())
    assert heard == ["web | one\n", "web | one\n", "web | two\n"]
    time.sleep(0.2)
    assert following.send(SIGINT).finish().exits(130).stdout == ""


def test_what_was_written_with_former_secrets_is_masked_after_they_were_rotated(
    cli: Cli, workflow: Callable, workflow_name: str
) -> None:
    (cli.folder / "key").write_text("file-secret-one\n")
    workflow("""
        variables: {PW: {sensitive: true}}
        secrets: {key: {file: key}}
        x-base: &base {image: "busybox:stable", init: true}
        containers:
          file: {<<: *base, secrets: [key], command: [sh, -c, "echo file $$(cat /run/secrets/key); sleep 600"]}
          entry:
            <<: *base
            environment: {URL: "pg://u:${PW}@db"}
            command: [sh, -c, "p=$${URL#*u:}; echo entry $${p%@*}; sleep 600"]
          words: {<<: *base, command: [sh, -c, 'echo "words $$0 $$1"; sleep 600', plain-text-stays, "${PW}"]}
    """)
    cli("apply", env={"PW": "value-one-secret"}).exits(0)
    (cli.folder / "key").write_text("file-secret-two\n")
    for arguments in (["logs"], ["logs", "-o", "json"]):
        shown = cli(*arguments, env={"PW": "value-two-secret"}).exits(0).text
        assert "one-secret" not in shown
        assert "secret-one" not in shown
        assert all(f"{line} ***" in shown for line in ("file", "entry", "words plain-text-stays"))
    assert cli("logs", "--grep", "secret", env={"PW": "value-two-secret"}).exits(0).stdout == ""  # no oracle
    by_name = cli("logs", "--file", workflow_name).exits(0).text
    assert "file ***" in by_name
    assert "words" in by_name
    assert "value-one-secret" not in by_name.replace("entry value-one-secret", "")


def test_an_interruption_is_heard_whenever_it_comes(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: {<<: *idle, command: [sh, -c, 'echo up; exec sleep 600']}}")
    cli("apply").exits(0)
    for _ in range(8):  # it was lost once in twenty times
        following = cli.start("logs", "--follow", "web")
        assert following.next_line() == "web | up\n"
        following.send(SIGINT).finish(timeout=20).exits(130)

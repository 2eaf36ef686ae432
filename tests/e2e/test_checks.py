"""Checks: asked after every apply and by themselves, and what becomes of a run when one doesn't hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

Write = Callable[..., Path]

SERVED = """\
containers:
  web: *server
checks:
  page: {http: {url: "http://web/hostname"}, depends_on: [port]}
  port: {tcp: {host: web, port: 80}, timeout: 5s}
  program: {exec: {container: web, command: "cat /etc/hostname"}, timeout: 2s}
"""
IMPATIENT = SERVED.replace("depends_on: [port]", "timeout: 300ms").replace("5s", "300ms")
BROKEN = IMPATIENT.replace("web/hostname", "web/nothing")


def test_checks_are_asked_after_an_apply_whether_or_not_it_changes_something(cli: Cli, workflow: Write) -> None:
    workflow(SERVED)
    for _ in range(2):
        applied = cli("apply").exits(0)
        started = [event["address"] for event in applied.events if event["event"] == "check.started"]
        ended = {e["address"]: e["state"] for e in applied.events if e["event"] == "check.finished"}
        assert ended == dict.fromkeys(("check.page", "check.port", "check.program"), "succeeded")
        assert started.index("check.port") < started.index("check.page")
        assert applied.events[-1]["counts"]["succeeded"] == 3


def test_checks_by_themselves_change_nothing_and_tell_what_does_not_hold(
    cli: Cli, workflow: Write, live: Live, docker_client: DockerClient
) -> None:
    workflow(IMPATIENT)
    cli("apply").exits(0)
    cli("check").exits(0)
    before = live.container("web")["Id"]
    docker_client.api.stop(before, timeout=0)
    checked = cli("check").exits(1)
    assert (
        f"check.page failed[not-on-engine]: {live.container('web')['Name'].lstrip('/')} is not running" in checked.text
    )
    assert not live.runs("web"), "a check started something"


def test_a_check_that_does_not_hold_fails_the_apply_and_leaves_what_was_made(
    cli: Cli, workflow: Write, live: Live
) -> None:
    workflow(BROKEN)
    applied = cli("apply").exits(1)
    assert "check.page failed[check-failed]: returned status 404, for 0.3 s" in applied.text
    assert live.runs("web")
    assert cli("plan", "--detailed-exitcode").exits(0)


def test_an_atomic_run_is_undone_when_a_check_does_not_hold(cli: Cli, workflow: Write, live: Live) -> None:
    workflow(SERVED)
    cli("apply").exits(0)
    before = live.id("web")
    workflow(BROKEN.replace("*server", "{<<: *server, environment: {A: b}}"))
    cli("apply", "--atomic").exits(5)
    assert (live.id("web"), live.runs("web")) == (before, True)


def test_checks_that_were_not_asked_are_told_with_what_stood_in_the_way(cli: Cli, workflow: Write) -> None:
    workflow("""
        containers: {web: *idle}
        jobs: {broken: {<<: *idle, command: ["false"]}}
        checks:
          first: {tcp: {host: web, port: 80}}
          second: {tcp: {host: web, port: 81}, depends_on: first}
    """)
    failed = cli("apply").exits(1)
    ends = {event["address"]: event for event in failed.events if event["event"] == "check.finished"}
    assert {address: (end["state"], end["cause"]) for address, end in ends.items()} == dict.fromkeys(
        ("check.first", "check.second"), ("skipped", "job.broken")
    )
    assert not [event for event in failed.events if event["event"] == "check.started"]
    assert failed.events[-1]["counts"]["skipped"] == 2
    told = failed.stdout[failed.stdout.index("not done:") :]
    assert [line.split() for line in told.splitlines()[1:3]] == [
        [address, "check", "needs", "job.broken"] for address in ends
    ]


def test_a_check_is_drawn_with_what_it_asks(cli: Cli, workflow: Write) -> None:
    workflow("""
        containers: {web: *idle, db: *idle}
        checks:
          page: {http: {url: "http://web/"}}
          port: {tcp: {host: db, port: 80}}
          program: {exec: {container: db, command: "true"}, depends_on: page}
          elsewhere: {http: {url: "http://localhost/"}}
    """)
    edges = cli("graph", "-o", "json").exits(0).json["edges"]
    assert [(edge["from"], edge["to"]) for edge in edges if edge["from"].startswith("check.")] == [
        ("check.page", "container.web"),
        ("check.port", "container.db"),
        ("check.program", "container.db"),
        ("check.program", "check.page"),
    ]


def test_a_file_without_checks_is_told_so_and_not_how_to_call_the_command(cli: Cli, workflow: Write) -> None:
    workflow("containers: {web: *idle}\n")
    told = cli("check").exits(2).text
    assert "declares no checks" in told
    assert "Usage:" not in told


def test_json_that_waiting_cannot_change_fails_at_once_and_names_the_key(cli: Cli, workflow: Write) -> None:
    """A quoted ${RELEASE} is a text, one without quotes the number that it looks like; the server answers a text."""
    text = """
        variables: {RELEASE: {default: "1.0"}}
        configs: {state: {content: '{"release": "1.0", "stage": "test"}'}}
        containers:
          web: {<<: *server, configs: [{source: state, target: /etc/state.json}]}
        checks:
          page:
            timeout: 60s
            http:
              url: http://web/state.json
              json: {release: "${RELEASE}"}
    """
    workflow(text)
    cli("apply").exits(0)
    workflow(text.replace('json: {release: "${RELEASE}"}', "json:\n                release: ${RELEASE}"))
    number = cli("check").exits(1)
    assert 'unexpected JSON response: release is "1.0", expected 1.0 (a number, not a string)' in number.text
    assert [event["attempt"] for event in number.events if event["event"] == "check.finished"] == [1]
    workflow(text.replace("60s", "300ms").replace('release: "${RELEASE}"', "stage: live"))
    assert 'unexpected JSON response: stage is "test", expected "live", for 0.3 s' in cli("check").exits(1).text


def test_a_check_of_a_container_that_does_not_exist_fails_at_once(cli: Cli, workflow: Write) -> None:
    workflow(SERVED.replace("2s", "60s").replace("5s", "60s"))
    checked = cli("check").exits(1)
    assert "does not exist" in checked.text
    assert "start it with: runner apply" in checked.text
    assert [e["attempt"] for e in checked.events if e["event"] == "check.finished" and e["state"] == "failed"] == [1, 1]

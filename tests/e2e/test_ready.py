"""`ready`: what is asked from here decides when others go on, and whether a replacement stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.cli import Cli
from tests.harness.live import Live

Write = Callable[..., Path]

LATE = """\
containers:
  db:
    <<: *server
    command: [sh, -c, "echo booting; sleep 0.6; touch /tmp/up; echo listening now; exec httpd -f -p 80 -h /etc"]
    ready: {ready}
  web: {{<<: *idle, depends_on: {depends}}}
"""
PROBES = {
    "tcp": "{tcp: 80}",
    "page": '{http: "http://db/hostname"}',
    "exec": '{exec: "test -e /tmp/up"}',
    "log": '{log: "^listening"}',
}


@pytest.mark.parametrize("ready", PROBES.values(), ids=PROBES.keys())
@pytest.mark.parametrize("depends", ["[db]", "{db: ready}"])
def test_others_go_on_when_it_is_ready_and_not_before(
    cli: Cli, workflow: Write, live: Live, ready: str, depends: str
) -> None:
    workflow(LATE.format(ready=ready, depends=depends))
    cli("apply").exits(0)
    waited = live.moment("web", "start") - live.moment("db", "start")
    assert 0.5e9 < waited < 5e9
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_path_is_asked_for_on_its_own_port(cli: Cli, workflow: Write) -> None:
    workflow(
        """\
        containers:
          published: {<<: *server, ports: ["80"], ready: {http: /hostname, status: 200}}
          exposed: {<<: *server, expose: ["80"], ready: {http: /hostname}}
        """
    )
    cli("apply").exits(0)


def test_a_path_without_a_port_is_told_what_is_missing(cli: Cli, workflow: Write) -> None:
    workflow("containers: {web: {<<: *server, ready: {http: /hostname}}}\n")
    assert "cannot be probed: it exposes no port" in cli("apply").exits(1).text


def test_what_is_never_ready_fails_with_the_last_answer_and_what_it_wrote(cli: Cli, workflow: Write) -> None:
    workflow(
        """\
        containers:
          db: {<<: *idle, command: [sh, -c, "echo still booting; exec sleep infinity"], ready: {tcp: 80, timeout: 1s}}
          web: {<<: *idle, depends_on: [db]}
        """
    )
    applied = cli("apply").exits(1)
    assert applied.endings == {
        **applied.endings,
        "container.db": "failed",
        "container.web": "skipped",
    }
    assert "not ready within 1 s: " in applied.ending("container.db")["cause"]
    assert applied.ending("container.db")["help"].endswith("; if it only needs longer, increase ready.timeout")
    assert applied.ending("container.db")["tail"] == ["still booting"]


@pytest.mark.parametrize("order", ["stop-first", "start-first"])
def test_a_replacement_that_is_never_ready_gives_way_to_the_old_one(
    cli: Cli, workflow: Write, live: Live, order: str
) -> None:
    text = """\
        containers:
          web:
            <<: *server
            ready: {{http: "http://web{page}", timeout: 1s}}
            update: {{order: {order}}}
            environment: {{PAGE: "{page}"}}
        """
    workflow(text.format(page="/hostname", order=order))
    cli("apply").exits(0)
    before = live.id("web")
    workflow(text.format(page="/nothing", order=order))
    applied = cli("apply").exits(5)
    assert "returned status 404" in applied.ending("container.web")["cause"]
    assert (live.id("web"), live.runs("web")) == (before, True)


def test_a_container_that_is_there_already_is_asked_before_others_go_on(cli: Cli, workflow: Write) -> None:
    db = "db: {<<: *server, ready: {http: 'http://db/%s'}}"
    workflow(f"containers:\n  {db % 'hostname'}\n")
    cli("apply").exits(0)
    web = "web: {<<: *idle, depends_on: {db: {condition: ready, timeout: 1s}}}"
    workflow(f"containers:\n  {db % 'nothing'}\n  {web}\n")
    applied = cli("apply").exits(1)
    assert "container.db not ready within 1 s: returned status 404" in applied.ending("container.web")["cause"]


def test_one_that_ends_is_not_waited_for(cli: Cli, workflow: Write) -> None:
    workflow("containers: {web: {<<: *idle, command: ['false'], ready: {tcp: 80}}}\n")
    assert "exited with code 1" in cli("apply").exits(1).ending("container.web")["cause"]


def test_an_expression_that_could_backtrack_for_ever_keeps_to_its_timeout(cli: Cli, workflow: Callable) -> None:
    line = "a" * 40 + "b"
    workflow(f"""
        variables: {{V: {{default: {line}, pattern: "^(a+)+b$"}}}}
        containers:
          web:
            <<: *idle
            command: [sh, -c, "echo {line}; sleep 600"]
            ready: {{log: "^(a+)+$", timeout: 1s}}
    """)
    cli("validate", timeout=10).exits(0)
    assert 'has not logged "^(a+)+$"' in cli("apply", timeout=20).exits(1).text

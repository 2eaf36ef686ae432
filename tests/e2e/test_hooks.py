"""Hooks run in a container that runner starts or stops, as it was declared; a failure is told with its output."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from signal import SIGINT, SIGKILL

import pytest
from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.live import Live
from tests.harness.step import step

KILLS = int(os.environ.get("RUNNER_KILLS", "3"))
LOG = "volumes: {log: {}}"
MOUNTED = "volumes: ['log:/log']"


def hooked(
    *, start: str = "echo up >>/log/did", stop: str = "echo down >>/log/did", hook: str = "", more: str = ""
) -> str:
    """Return a workflow of one container with hooks that are lines of shell, or another one; and with more options."""
    hooks = f"""
        post_start: [{{command: {hook or f'[sh, -c, "{start}"]'}}}]
        pre_stop: [{{command: [sh, -c, "{stop}"]}}]
        """
    return f"""
    {LOG}
    containers:
      web:
        <<: *idle
        {MOUNTED}
        {hooks}
        {more}
    """


def run(client: DockerClient, live: Live, *argv: str, key: str = "web") -> str:
    """Return the output of a command in a container."""
    started = client.api.exec_create(live.id(key), list(argv))
    return str(client.api.exec_start(started["Id"]).decode())


def did(client: DockerClient, live: Live) -> list[str]:
    """Return what hooks have written into the volume."""
    return run(client, live, "cat", "/log/did").split()


def said(finished: Finished) -> list[str]:
    """Return the output that a run told."""
    return [str(event["line"]) for event in finished.events if event["event"] == "resource.output"]


def warnings(finished: Finished) -> list[str]:
    """Return the codes of the warnings that a run told."""
    told = [event for event in finished.events if event["event"] == "diagnostic"]
    return [str(event["code"]) for event in told]


def test_hooks_run_in_order_before_it_is_ready_as_they_are_declared(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow("""
    containers:
      web:
        <<: *idle
        environment: {OWN: own}
        post_start:
          - {command: [sh, -c, "pwd; id -u; echo $$OWN $$GIVEN >/tmp/first"], user: "33", working_dir: /etc,
             environment: {GIVEN: given}}
          - command: cat /tmp/first
    """)
    applied = cli("apply").exits(0)
    assert said(applied) == ["/etc", "33", "own given"]
    assert run(docker_client, live, "cat", "/tmp/first") == "own given\n"
    last, ready = (
        max(at for at, event in enumerate(applied.events) if event["event"] == name and fits(event))
        for name, fits in (
            ("resource.output", lambda _: True),
            ("resource.transition", lambda event: (event["address"], event["to"]) == ("container.web", "ready")),
        )
    )
    assert last < ready
    cli("plan").exits(0)
    assert set(live.containers) == {"web-1"}


def test_those_that_wait_for_its_start_wait_for_its_hooks(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("""
    containers:
      web: {<<: *idle, depends_on: {db: started}}
      db: {<<: *idle, post_start: [{command: sleep 2}]}
    """)
    cli("apply").exits(0)
    assert live.moment("web", "start") - live.moment("db", "start") > 2_000_000_000


def test_a_privileged_hook_may_more_than_another(cli: Cli, workflow: Callable) -> None:
    look = "command: grep CapEff /proc/self/status"
    workflow(f"containers: {{web: {{<<: *idle, post_start: [{{{look}}}, {{{look}, privileged: true}}]}}}}")
    applied = cli("apply")
    if "cannot grant these capabilities" in applied.text:
        pytest.skip("the engine of the tests may not do more itself")
    usual, privileged = (int(line.split()[1], 16) for line in said(applied.exits(0)))
    assert privileged > usual
    assert privileged & usual == usual


def test_each_start_and_stop_has_its_hooks(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(hooked())
    cli("apply").exits(0)
    with step("a replacement stops the old one and starts the new one"):
        workflow(hooked(more="environment: {A: b}"))
        cli("apply").exits(0)
        assert did(docker_client, live) == ["up", "down", "up"]
    with step("a restart"):
        cli("restart", "container.web").exits(0)
        assert did(docker_client, live)[3:] == ["down", "up"]
    with step("a start of one that was stopped by hand"):
        docker_client.api.stop(live.id("web"), timeout=1)
        cli("apply").exits(0)
        assert did(docker_client, live)[5:] == ["up"]
    with step("nothing where nothing is to be done"):
        cli("apply").exits(0)
        assert len(did(docker_client, live)) == 6
    with step("a removal"):
        workflow(f"{LOG}\ncontainers: {{other: {{<<: *idle, {MOUNTED}}}}}")
        cli("apply").exits(0)
        assert run(docker_client, live, "cat", "/log/did", key="other").split()[6:] == ["down"]
    assert set(live.containers) == {"other-1"}


@pytest.mark.parametrize(
    ("hook", "cause", "tail"),
    [
        ("[sh, -c, 'echo on my way; echo no way; exit 3']", "exited with code 3", ["on my way", "no way"]),
        ("[no-such-program]", "no-such-program", []),
        ("[sh, -c, 'kill 1; sleep 9']", "container exited", None),
    ],
    ids=["code", "no program", "container ends"],
)
def test_a_replacement_whose_hook_fails_gives_way_to_the_old_one(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, hook: str, cause: str, tail: list[str] | None
) -> None:
    workflow(hooked())
    cli("apply").exits(0)
    before = live.containers
    workflow(hooked(hook=hook))
    failed = cli("apply").exits(5)
    ending = failed.ending("container.web")
    assert ending["to"] == "rolled_back"
    assert live.containers == before
    assert live.runs("web")
    if tail is not None:
        assert "post_start hook" in ending["cause"]
        assert cause in ending["cause"]
        assert (ending["tail"], ending["code"]) == (tail, "hook-failed")
    assert did(docker_client, live) == ["up", "down", "up"]


def test_a_first_start_whose_hook_fails_is_completed_by_the_next_run(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(hooked(start="test -e /log/ready && echo up >>/log/did"))
    failed = cli("apply").exits(1)
    assert failed.ending("container.web")["code"] == "hook-failed"
    assert set(live.containers) == {"web-1.starting"}
    again = cli("apply").exits(1)
    assert again.ending("container.web")["code"] == "hook-failed"
    container = docker_client.containers.get(live.containers["web-1.starting"])
    container.exec_run(["touch", "/log/ready"])
    cli("apply").exits(0)
    assert live.containers == {"web-1": container.id}
    assert did(docker_client, live) == ["up"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_failing_pre_stop_is_a_warning_and_no_reason_to_keep_it(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(hooked(stop="echo I stay; exit 7"))
    cli("apply").exits(0)
    destroyed = cli("destroy", "--yes").exits(0)
    assert warnings(destroyed) == ["hook-failed"]
    assert any("exited with code 7: I stay" in line for line in destroyed.text.splitlines())
    assert not live.containers


def test_it_is_stopped_by_the_hook_that_it_has_whatever_the_file_says_by_now(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(hooked(stop="echo first >>/log/did"))
    cli("apply").exits(0)
    with step("another hook in place"):
        before = live.containers
        workflow(hooked(stop="echo second >>/log/did"))
        assert cli("apply").exits(0).reasons["container.web"] == ["spec"]
        assert live.containers == before
    with step("another hook together with a replacement: the old one counts"):
        workflow(hooked(stop="echo third >>/log/did", more="environment: {A: b}"))
        cli("apply").exits(0)
        assert did(docker_client, live) == ["up", "second", "up"]
    with step("none any more"):
        workflow(hooked(more="environment: {A: b}").replace("pre_stop", "x-pre_stop"))
        cli("apply").exits(0)
        workflow(hooked(more="environment: {A: c}").replace("pre_stop", "x-pre_stop"))
        cli("apply").exits(0)
        assert did(docker_client, live) == ["up", "second", "up", "up"]


def test_a_hook_that_takes_too_long_is_left_to_itself(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(hooked(start="exec >/dev/null 2>&1; sleep 60"))
    started = time.monotonic()
    failed = cli("apply", "--timeout", "2s").exits(1)
    assert time.monotonic() - started < 15
    assert "did not exit within 2 s" in failed.ending("container.web")["cause"]


@pytest.mark.parametrize("number", [SIGINT, SIGKILL], ids=["INT", "KILL"])
@pytest.mark.parametrize("first", [True, False], ids=["create", "replace"])
def test_a_run_that_is_ended_while_a_hook_runs_is_completed_by_the_next(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, number: int, first: bool
) -> None:
    slow = "echo at work; test -e /log/quick || sleep 60; echo up >>/log/did"
    workflow(hooked(start="true"))
    if not first:
        cli("apply").exits(0)
    workflow(hooked(start=slow))
    running = cli.start("apply").until_said("at work")
    sent = time.monotonic()
    ended = running.send(number).finish()
    assert time.monotonic() - sent < 20
    assert ended.exit_code == (130 if number == SIGINT else -SIGKILL)
    one = docker_client.containers.get(next(iter(live.containers.values())))
    if one.status != "running":
        one.start()
    one.exec_run(["touch", "/log/quick"])
    cli("apply").exits(0)
    assert set(live.containers) == {"web-1"}
    assert did(docker_client, live)[-1] == "up"
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_restart_that_is_killed_while_a_hook_runs_is_completed_by_the_next_apply(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(hooked(start="test ! -e /log/slow || { echo at work; sleep 60; }; echo up >>/log/did"))
    cli("apply").exits(0)
    run(docker_client, live, "touch", "/log/slow")
    id = live.id("web")
    cli.start("restart", "container.web").until_said("at work").send(SIGKILL).finish()
    docker_client.containers.get(id).exec_run(["rm", "/log/slow"])
    planned = cli("plan", "--detailed-exitcode").exits(10)
    assert "starting" in planned.text
    cli("apply").exits(0)
    assert live.containers == {"web-1": id}
    assert did(docker_client, live)[-2:] == ["down", "up"]


@pytest.mark.parametrize("edge", ["create", "replace", "restart", "start"])
def test_a_run_that_is_killed_at_any_call_has_its_hook_made_up_for(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, proxy: FaultProxy, edge: str
) -> None:
    began = "cut -d ' ' -f 22 /proc/1/stat"
    text = f"""
    containers:
      web:
        <<: *idle
        update: {{settle: 0s}}
        environment: {{A: %s}}
        post_start: [{{command: [sh, -c, "{began} >/tmp/started"]}}]
        pre_stop: [{{command: [touch, /tmp/stopping]}}]
    """
    command = ("restart", "container.web") if edge == "restart" else ("apply",)

    def prepare() -> None:
        workflow(text % "a")
        if edge == "create":
            cli("destroy", "--yes").exits(0)
        else:
            cli("apply").exits(0)
        if edge == "start":
            docker_client.api.kill(live.id("web"))
        workflow(text % ("b" if edge == "replace" else "a"))

    prepare()
    proxy.break_with()
    cli(*command, env={"DOCKER_HOST": proxy.url}).exits(0)
    calls, draw = len(proxy.calls), random.Random(edge)
    for number in sorted(draw.sample(range(4, calls + 1), min(KILLS, calls - 3))):
        prepare()
        fault = Fault(draw.choice(("kill", "kill_after")), nth=number)
        proxy.break_with(fault)
        cli(*command, env={"DOCKER_HOST": proxy.url})
        cli("apply").exits(0)
        assert set(live.containers) == {"web-1"}, fault
        assert run(docker_client, live, "cat", "/tmp/started") == run(docker_client, live, "sh", "-c", began), fault
        cli("plan", "--detailed-exitcode").exits(0)


def test_a_secret_in_a_hook_is_on_no_label_and_runs_as_long_as_it_is_the_same(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    secret = "correct-horse-battery"
    given = hooked(start="echo ${PASSWORD} | tr a-z A-Z >>/log/did", stop="echo ${PASSWORD} >>/log/did")
    text = f"    variables: {{PASSWORD: {{sensitive: true, default: {secret}}}}}{given}"
    workflow(text)
    applied = cli("apply").exits(0)
    assert secret not in applied.text + str(live.container("web"))
    assert did(docker_client, live) == [secret.upper()]
    cli("plan", "--detailed-exitcode").exits(0)
    cli("restart", "container.web").exits(0)
    assert did(docker_client, live) == [secret.upper(), secret, secret.upper()]
    workflow(text.replace(secret, "another-horse-battery"))
    changed = cli("apply").exits(0)
    assert warnings(changed) == ["hook-failed"]
    assert did(docker_client, live)[3:] == ["ANOTHER-HORSE-BATTERY"]


def test_new_ones_that_start_first_have_their_hooks_before_they_take_over(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    more = "update: {order: start-first}"
    workflow(hooked(more=more))
    cli("apply").exits(0)
    workflow(hooked(more=f"{more}\n        environment: {{A: b}}"))
    cli("apply").exits(0)
    assert did(docker_client, live) == ["up", "up", "down"]
    before = live.containers
    workflow(hooked(start="exit 1", more=more))
    cli("apply").exits(5)
    assert live.containers == before
    assert did(docker_client, live) == ["up", "up", "down"]


def test_a_failed_atomic_run_restores_the_old_one_with_its_hooks(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(hooked())
    cli("apply").exits(0)
    before = live.containers
    workflow(
        hooked(more="environment: {A: b}") + "  bad: {<<: *idle, command: [sh, -c, 'exit 1'], depends_on: [web]}\n"
    )
    cli("apply", "--atomic").exits(5)
    assert live.containers == before
    assert did(docker_client, live) == ["up", "down", "up", "up"]


def test_a_restart_that_is_taken_back_has_its_hooks(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    more = "depends_on: {db: {condition: started, restart: true}}"
    workflow(hooked(more=more) + "  db: *idle\n")
    cli("apply").exits(0)
    bad = "      bad: {<<: *idle, command: [sh, -c, 'exit 1'], depends_on: [web]}\n"
    workflow(hooked(more=more) + "  db: {<<: *idle, environment: {A: b}}\n" + bad)
    cli("apply", "--atomic").exits(5)
    assert did(docker_client, live) == ["up", "down", "up", "up"]
    workflow(hooked(more=more) + "  db: *idle\n")
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_start_that_is_taken_back_after_its_hook_failed_leaves_it_as_it_was(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(hooked(start="[ ! -e /log/bad ]"))
    cli("apply").exits(0)
    run(docker_client, live, "touch", "/log/bad")
    docker_client.containers.get(live.id("web")).stop(timeout=0)
    before = live.container("web")["Name"]
    assert "failed in its post_start hook" in cli("apply", "--atomic").exits(5).text
    assert live.container("web")["Name"] == before
    assert not live.runs("web")


def test_one_that_ends_well_before_its_hooks_are_done_has_not_completed(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    one = "web: {image: 'busybox:stable', command: 'true', may_complete: true, post_start: [{command: sleep 2}]}"
    workflow(f"containers: {{{one}}}")
    for _ in range(2):
        failed = cli("apply").exits(1)
        assert "exited with code 0" in failed.text
        assert "until its post_start hooks are done" in failed.text


def test_jobs_have_no_hooks(cli: Cli, workflow: Callable) -> None:
    workflow("jobs: {once: {image: 'busybox:stable', command: 'true', post_start: [{command: 'true'}]}}")
    refused = cli("validate").exits(2)
    assert '"post_start" is not supported' in refused.text

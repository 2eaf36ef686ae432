"""Jobs as a person meets them: what is shown, and what a run that was interrupted or killed leaves to the next."""

from __future__ import annotations

from collections.abc import Callable
from signal import SIGINT, SIGKILL

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import PrivateEngine
from tests.harness.live import Live
from tests.harness.step import step

HEAD = "jobs: {migrate: {image: 'busybox:stable', init: true, stop_grace_period: 1s, "
SLOW = HEAD + "command: [sh, -c, 'echo at work; sleep 2; echo done']}}"
ENDLESS = HEAD + "command: [sh, -c, 'echo at work; until [ -f /go ]; do sleep 0.1; done; echo done']}}"


def test_a_job_is_shown_with_its_output_its_outcome_and_as_succeeded(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(HEAD + "command: [sh, -c, 'echo 3 tables made']}}\ncontainers: {web: {<<: *idle, depends_on: [migrate]}}")

    with step("the plan says what it would do"):
        assert "job.migrate      run     missing" in cli("plan").exits(0).stdout

    with step("the apply shows its lines under its name"):
        applied = cli("apply", "-o", "plain").exits(0)
        assert "job.migrate | 3 tables made" in applied.stderr
        assert "job.migrate succeeded" in applied.stderr
        assert applied.endings["job.migrate"] == "succeeded"
        assert "ran      job.migrate" in applied.stdout

    with step("the status shows it as succeeded, beside what runs"):
        rows = {row["address"]: row for row in cli("status", "-o", "json").exits(0).json["resources"]}
        assert (rows["job.migrate"]["sync"], rows["job.migrate"]["phase"]) == ("in sync", "succeeded")
        assert rows["job.migrate"]["uptime_seconds"] is None

    with step("nothing is done again"):
        cli("plan", "--detailed-exitcode").exits(0)
        assert set(cli("apply", "--log-level", "debug").exits(0).endings.values()) == {"unchanged"}

    with step("destroy takes the record too"):
        cli("destroy").exits(0)
        assert not live.everything


def test_a_terminal_keeps_the_lines_of_a_job(cli: Cli, workflow: Callable) -> None:
    workflow(HEAD + "command: [sh, -c, 'echo first; echo second']}}")
    shown = cli.terminal("apply", "--no-color").exits(0).stdout
    assert "job.migrate | first" in shown
    assert "job.migrate | second" in shown


def test_a_failed_job_fails_the_apply_and_is_shown_as_failed(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(
        HEAD
        + "command: [sh, -c, 'echo no such table; exit 3']}}\ncontainers: {web: {<<: *idle, depends_on: [migrate]}}"
    )
    failed = cli("apply").exits(1)
    assert failed.endings["container.web"] == "skipped"
    assert "job.migrate failed" in failed.stdout
    assert "exited with code 3" in failed.stdout
    assert "no such table" in failed.stdout
    assert set(live.containers) == {"migrate-1"}
    assert "failed (exit 3)" in cli("status").exits(0).stdout


def test_ctrl_c_stops_a_job_and_the_next_apply_runs_it_again(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(SLOW + "\ncontainers: {web: {<<: *idle, depends_on: [migrate]}}")
    interrupted = cli.start("apply").until_said("at work").send(SIGINT).finish().exits(130)
    assert interrupted.path("job.migrate")[-2:] == ["stopping", "cancelled"]
    assert interrupted.endings["container.web"] == "cancelled"
    assert not live.runs("migrate")

    again = cli("apply").exits(0)
    assert again.endings["job.migrate"] == "succeeded"
    assert set(live.containers) == {"migrate-1", "web-1"}


def test_the_run_of_a_job_outlives_a_killed_apply_and_the_next_one_waits_for_it(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(ENDLESS)
    cli.start("apply").until_said("at work").send(SIGKILL).finish().exits(-SIGKILL)
    before = live.id("migrate")
    assert live.runs("migrate")

    attaching = cli.start("apply").until("job.migrate", "running")
    docker_client.containers.get(before).exec_run(["touch", "/go"])
    attached = attaching.finish().exits(0)

    assert live.id("migrate") == before
    assert attached.reasons["job.migrate"] == ["drift"]
    assert attached.endings["job.migrate"] == "succeeded"
    assert [event["line"] for event in attached.events if "line" in event] == ["at work", "done"]


def test_a_run_that_a_killed_apply_left_is_stopped_before_a_changed_job_runs(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow(ENDLESS)
    cli.start("apply").until_said("at work").send(SIGKILL).finish().exits(-SIGKILL)
    before = live.id("migrate")
    workflow(HEAD + "command: 'true'}}")
    applied = cli("apply").exits(0)
    assert applied.path("job.migrate") == ["stopping", "creating", "starting", "running", "succeeded"]
    assert set(live.containers) == {"migrate-1"}
    assert live.id("migrate") != before


@pytest.mark.parametrize("state", ["creating", "starting", "running"])
def test_a_second_run_that_was_killed_is_completed_by_the_next_apply(
    cli: Cli, workflow: Callable, live: Live, state: str
) -> None:
    workflow(HEAD + "command: 'true'}}")
    cli("apply").exits(0)
    workflow(HEAD + "command: [sleep, '0.5']}}")
    cli.start("apply").until("job.migrate", state).send(SIGKILL).finish().exits(-SIGKILL)
    cli("apply").exits(0)
    assert set(live.containers) == {"migrate-1"}
    assert live.container("migrate")["Config"]["Cmd"] == ["sleep", "0.5"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_destroying_a_workflow_stops_a_job_that_is_at_work(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(ENDLESS)
    cli.start("apply").until_said("at work").send(SIGKILL).finish().exits(-SIGKILL)
    destroyed = cli("destroy").exits(0)
    assert destroyed.path("job.migrate")[-3:] == ["stopping", "removing", "removed"]
    assert not live.everything


def test_a_secret_that_a_job_writes_is_not_shown(cli: Cli, workflow: Callable) -> None:
    (cli.folder / "password.txt").write_text("hunter2-hunter2")
    workflow(
        HEAD + "secrets: [password], command: [sh, -c, 'cat /run/secrets/password; exit 1']}}\n"
        "secrets: {password: {file: password.txt}}"
    )
    failed = cli("apply").exits(1)
    assert "job.migrate | ***" in failed.stderr
    assert "hunter2" not in failed.text + str(failed.events)


def test_an_engine_that_is_killed_under_a_job_fails_the_run_and_the_next_one_runs_it_again(
    clients: Callable[..., Cli], workflow: Callable, private_engines: Callable[..., PrivateEngine]
) -> None:
    engine = private_engines()
    cli = clients(at=engine)
    once = "echo at work; [ -f /data/begun ] && exit; touch /data/begun; sleep 600"
    workflow(HEAD + f"volumes: ['data:/data'], command: [sh, -c, '{once}']}}}}\nvolumes: {{data: {{}}}}", to=cli)
    applying = cli.start("apply").until_said("at work")

    engine.signal("KILL")
    failed = applying.finish(timeout=20).exits(1)

    assert "lost the engine" in failed.ending("job.migrate")["cause"]
    engine.restart()
    assert cli("apply").exits(0).endings["job.migrate"] == "succeeded"


def test_an_apply_that_is_undone_as_a_whole_brings_back_the_record_of_the_last_run(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow(HEAD + "command: 'true'}}")
    cli("apply").exits(0)
    before = live.containers
    ends = "containers: {web: {<<: *idle, command: 'false', depends_on: [migrate]}}"
    workflow(HEAD + "command: [echo, again]}}\n" + ends)
    undone = cli("apply", "--atomic").exits(5)
    assert live.containers == before
    assert undone.endings["job.migrate"] == "rolled_back"
    workflow(HEAD + "command: 'true'}}")
    cli("plan", "--detailed-exitcode").exits(0)

"""One run at a time changes a workflow, whoever starts it; who comes second is told, or waits and plans anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGINT, SIGKILL

import pytest
from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.live import Live
from tests.harness.step import step

WEB = "web: {<<: *idle, healthcheck: {test: [CMD, test, -e, /go], interval: 0.2s, retries: 1000}}"
HELD = f"containers: {{{WEB}}}"
"""An apply of this holds the lock until the container is let go."""


@pytest.fixture
def let_go(docker_client: DockerClient, live: Live) -> Callable[[], None]:
    """Make the container healthy."""
    return lambda: docker_client.api.exec_start(docker_client.api.exec_create(live.id("web"), ["touch", "/go"])["Id"])


@pytest.fixture
def other(clients: Callable[..., Cli], workflow: Callable[..., Path]) -> Cli:
    """Another person, whose file of the same workflow has a container more."""
    other = clients()
    workflow(f"containers: {{{WEB}, more: *idle}}", to=other)
    return other


@pytest.fixture(autouse=True)
def _no_lock_is_left(live: Live) -> Iterator[None]:
    yield
    assert locks(live) == []


def locks(live: Live) -> list[str]:
    return [thing for thing in live.everything if "runner.lock" in thing]


def told_about_the_lock(finished: Finished) -> list[str]:
    return [event["event"] for event in finished.events if event["event"].startswith("lock.")]


def test_who_comes_second_is_refused_and_told_who_is_at_work(
    cli: Cli, other: Cli, workflow: Callable, let_go: Callable
) -> None:
    workflow(HELD)
    first = cli.start("apply").until("container.web", "running")
    refused = [other("apply").exits(4), other("destroy", "--yes").exits(4)]
    let_go()
    run = first.finish().exits(0).events[0]
    for finished in refused:
        assert f"is locked by {run['actor']} (apply, run {run['run_id']}, pid " in finished.stderr
        assert "--lock-timeout" in finished.stderr
        assert finished.events[-1]["result"] == "refused"


def test_plan_and_status_need_no_lock(cli: Cli, other: Cli, workflow: Callable, let_go: Callable) -> None:
    workflow(HELD)
    first = cli.start("apply").until("container.web", "running")
    other("plan").exits(0)
    other("status").exits(0)
    let_go()
    first.finish().exits(0)


def test_who_waits_finds_done_what_the_first_one_did(
    cli: Cli, other: Cli, workflow: Callable, live: Live, let_go: Callable
) -> None:
    workflow(HELD)
    first = cli.start("apply").until("container.web", "running")
    second = other.start("apply", "--lock-timeout", "60s").until_event("lock.waiting")
    web = live.id("web")
    let_go()
    first.finish().exits(0)
    finished = second.finish().exits(0)
    assert told_about_the_lock(finished) == ["lock.waiting", "lock.acquired", "lock.released"]
    assert finished.endings["container.web"] == "unchanged"
    assert finished.endings["container.more"] == "ready"
    assert live.id("web") == web


def test_who_waits_for_the_same_finds_nothing_to_do(
    cli: Cli, other: Cli, workflow: Callable, live: Live, let_go: Callable
) -> None:
    text = f"containers: {{early: *idle, {WEB}, more: {{<<: *idle, depends_on: {{web: healthy}}}}}}"
    workflow("containers: {early: *idle}")
    cli("apply").exits(0)
    workflow(text)
    workflow(text, to=other)
    first = cli.start("apply").until("container.web", "running")
    same_records = {"XDG_STATE_HOME": str(cli.home / "state")}
    second = other.start("apply", "--lock-timeout", "60s", env=same_records).until_event("lock.waiting")
    let_go()
    first.finish().exits(0)
    finished = second.finish().exits(0)
    assert "resources unchanged" in finished.stdout

    runs = cli("history", "-o", "json").exits(0).json["runs"]
    assert (runs[0]["run_id"], runs[0]["changes"]) == (finished.events[0]["run_id"], [])
    assert {one["address"] for one in runs[1]["changes"]} >= {"container.web", "container.more"}
    assert "create" not in cli("show", runs[0]["run_id"]).exits(0).stdout
    cli("rollback").exits(0)  # to the first: the last one left everything as it was
    assert set(live.containers) == {"early-1"}


def test_what_another_file_made_meanwhile_is_not_removed_by_who_waited_unless_yes_was_said(
    cli: Cli, other: Cli, workflow: Callable, live: Live, let_go: Callable
) -> None:
    later = "{<<: *idle, depends_on: {web: healthy}}"
    first_file = workflow(f"containers: {{{WEB}, one: {later}, two: {later}}}")
    first = cli.start("apply").until("container.web", "running")
    second = other.start("apply", "--lock-timeout", "60s").until_event("lock.waiting")
    let_go()
    first.finish().exits(0)
    refused = second.finish().exits(1)
    assert f'{first_file}" was last applied under this workflow name' in refused.stderr
    assert set(live.containers) == {"web-1", "one-1", "two-1"}
    other("apply", "--yes").exits(0)
    assert set(live.containers) == {"web-1", "more-1"}


def test_of_two_that_begin_at_once_one_does_it_all_and_the_other_finds_it_done(
    cli: Cli, other: Cli, workflow: Callable
) -> None:
    both = [cli, other]
    for one in both:
        workflow("containers: {web: *idle, more: *idle}", to=one)
    running = [one.start("apply", "--lock-timeout", "60s") for one in both]
    endings = [one.finish().exits(0).endings for one in running]
    assert sorted(ends.get("container.web", "unchanged") for ends in endings) == ["ready", "unchanged"]
    assert sorted(ends.get("container.more", "unchanged") for ends in endings) == ["ready", "unchanged"]


def test_a_wait_for_the_lock_ends_with_its_time_and_with_ctrl_c(
    cli: Cli, other: Cli, workflow: Callable, live: Live, let_go: Callable
) -> None:
    workflow(HELD)
    workflow("containers: {}", to=other)
    first = cli.start("apply").until("container.web", "running")
    assert told_about_the_lock(other("apply", "--yes", "--lock-timeout", "300ms").exits(4)) == ["lock.waiting"]
    waiting = other.start("apply", "--yes", "--lock-timeout", "60s").until_event("lock.waiting")
    waiting.send(SIGINT).finish().exits(130)
    let_go()
    first.finish().exits(0)
    assert live.runs("web")


def test_data_that_came_while_the_lock_was_waited_for_is_not_destroyed_without_consent(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable, docker_client: DockerClient, let_go: Callable
) -> None:
    """Whoever waits is served in order: so the volume is there when the third one's turn comes."""
    workflow(HELD)
    second, third = clients(), clients()
    workflow(f"volumes: {{data: {{}}}}\ncontainers: {{{WEB}, more: {{<<: *idle, volumes: [data:/data]}}}}", to=second)
    workflow(f"containers: {{{WEB}, another: *idle}}", to=third)
    first = cli.start("apply").until("container.web", "running")
    makes_data = second.start("apply", "--lock-timeout", "60s").until_event("lock.waiting")
    would_destroy_it = third.start("apply", "--lock-timeout", "60s").until_event("lock.waiting")
    let_go()
    first.finish().exits(0)
    makes_data.finish().exits(0)
    assert "this now also destroys the data of volume.data" in would_destroy_it.finish().exits(1).stderr
    assert [v for v in docker_client.api.volumes()["Volumes"] if v["Name"].endswith("_data")]


def test_a_run_that_changes_nothing_takes_no_lock(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    assert told_about_the_lock(cli("apply").exits(0)) == ["lock.acquired", "lock.released"]
    assert told_about_the_lock(cli("apply").exits(0)) == []


def test_the_lock_of_a_killed_run_is_taken_over_at_once(cli: Cli, other: Cli, workflow: Callable, live: Live) -> None:
    workflow(HELD)
    cli.start("apply").until("container.web", "running").send(SIGKILL).finish().exits(-SIGKILL)
    assert locks(live)
    workflow("containers: {web: *idle}", to=other)
    taken_over = other("apply").exits(0)
    assert told_about_the_lock(taken_over) == ["lock.broken", "lock.acquired", "lock.released"]
    assert "its process has exited" in taken_over.stderr


def test_the_lock_of_a_killed_run_that_left_nothing_to_do_is_cleared_away(
    cli: Cli, workflow: Callable, live: Live, let_go: Callable
) -> None:
    workflow(HELD)
    killed = cli.start("apply").until("container.web", "running").send(SIGKILL)
    killed.finish().exits(-SIGKILL)
    let_go()
    assert locks(live)
    cli("apply").exits(0)
    assert live.runs("web")


def test_an_interrupted_run_gives_the_lock_back_and_one_stopped_at_once_leaves_it_to_the_next(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow("""
    containers:
      web: {<<: *idle, init: false, command: [sh, -c, "trap '' TERM; sleep infinity"], stop_grace_period: 2s}
    """)
    cli("apply").exits(0)
    with step("once"):
        cli.start("destroy").until("container.web", "stopping").send(SIGINT).finish().exits(130)
        assert locks(live) == []
    cli("apply").exits(0)
    with step("twice"):
        twice = cli.start("destroy").until("container.web", "stopping").send(SIGINT)
        time.sleep(0.3)
        twice.send(SIGINT).finish().exits(130)
        assert locks(live)
    cli("destroy", "--lock-timeout", "10s").exits(0)


def test_unlock_breaks_a_lock_with_consent_alone(
    cli: Cli, other: Cli, workflow: Callable, live: Live, let_go: Callable, workflow_name: str
) -> None:
    workflow(HELD)
    first = cli.start("apply").until("container.web", "running")
    with step("without a terminal it says whose lock it is, and does nothing"):
        refused = other("unlock").exits(2)
        assert "(apply, run " in refused.stderr
        assert locks(live)
    with step("on a terminal it asks"):
        asked = other.terminal("unlock", answers={"[y/N]": "n\n"}).exits(130)
        assert "(apply, run " in asked.stdout
        assert locks(live)
    with step("by name, with consent"):
        assert "released the lock held by " in other("unlock", workflow_name, "--yes").exits(0).stdout
        assert locks(live) == []
    let_go()
    first.finish()


def test_unlock_finds_nothing_locked(cli: Cli, workflow: Callable, workflow_name: str) -> None:
    workflow(HELD)
    assert cli("unlock").exits(0).stdout == f"{workflow_name} is not locked\n"
    assert cli("unlock", workflow_name, "-o", "json").exits(0).json == {
        "workflow": workflow_name,
        "was_locked": False,
        "holder": None,
    }

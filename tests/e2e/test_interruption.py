"""A signal to end ends a run in order, a second one at once, and what is killed is put right by the next run."""

from __future__ import annotations

import time
from collections.abc import Callable
from signal import SIGHUP, SIGINT, SIGKILL, SIGTERM, Signals

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live
from tests.harness.registry import Registry
from tests.harness.step import step

NEVER_HEALTHY = "healthcheck: {test: [CMD, 'false'], interval: 0.2s, retries: 1000}"


@pytest.mark.parametrize("numbers", [[SIGINT], [SIGTERM], [SIGHUP, SIGHUP]], ids=["INT", "TERM", "HUP twice"])
def test_an_interrupted_wait_ends_the_run_and_cancels_what_is_to_come(
    cli: Cli, workflow: Callable, live: Live, numbers: list[Signals]
) -> None:
    workflow(f"""
    containers:
      web: {{<<: *idle, depends_on: {{db: healthy}}}}
      db:
        <<: *idle
        {NEVER_HEALTHY}
    """)
    started = time.monotonic()
    applying = cli.start("apply").until("container.db", "running")
    for number in numbers:
        applying.send(number)
        time.sleep(0.1)
    interrupted = applying.finish().exits(130)
    assert time.monotonic() - started < 20
    assert interrupted.endings["container.db"] == "cancelled"
    assert interrupted.endings["container.web"] == "cancelled"
    assert [event["cause"] for event in interrupted.events if event["event"] == "run.interrupted"] == ["interrupted"]
    assert set(live.containers) == {"db-1"}


def test_ctrl_c_on_a_terminal_ends_the_run_with_a_summary(cli: Cli, workflow: Callable) -> None:
    workflow(f"containers: {{db: {{<<: *idle, {NEVER_HEALTHY}}}}}")
    shown = cli.terminal("apply", answers={"running": "\x03"}).exits(130).stdout
    assert "Interrupted" in shown


def test_an_interrupted_replacement_leaves_the_old_one_serving(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    before = live.containers
    workflow(f"""
    containers:
      web:
        <<: *idle
        {NEVER_HEALTHY}
    """)

    interrupted = cli.start("apply").until("container.web", "running").send(SIGINT).finish().exits(130)

    assert live.containers == before
    assert live.runs("web")
    assert interrupted.endings["container.web"] == "cancelled"


def test_an_interrupted_build_ends_soon_and_leaves_no_image(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow("""
        images: {site: {build: {dockerfile_inline: "FROM busybox:stable\\nRUN echo at work && sleep 30"}}}
        containers: {web: {<<: *idle, image: site}}
    """)
    building = cli.start("apply").until_said("at work")
    sent = time.monotonic()
    interrupted = building.send(SIGINT).finish().exits(130)
    assert time.monotonic() - sent < 10
    assert interrupted.endings["image.site"] == "cancelled"
    assert not any(thing.startswith("image") for thing in live.everything)
    with step("the engine has given up the build as well"):
        deadline = time.monotonic() + 10
        while docker_client.api.containers(filters={"ancestor": "busybox:stable"}) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not docker_client.api.containers(filters={"ancestor": "busybox:stable"})


def test_an_interrupted_pull_ends_soon(cli: Cli, workflow: Callable, live: Live, registry: Registry) -> None:
    workflow(f"containers: {{web: {{<<: *idle, image: '{registry.host}/slow:1'}}}}")
    with registry.silent():
        pulling = cli.start("apply").until(f"image.{registry.host}/slow:1", "pulling")
        sent = time.monotonic()
        interrupted = pulling.send(SIGINT).finish().exits(130)
        assert time.monotonic() - sent < 10
    assert interrupted.endings[f"image.{registry.host}/slow:1"] == "cancelled"
    assert not live.containers


def test_what_was_done_before_an_interruption_stays(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(f"""
    containers:
      done: {{<<: *idle, update: {{settle: 0s}}}}
      db:
        <<: *idle
        {NEVER_HEALTHY}
    """)
    interrupted = cli.start("apply").until("container.db", "running").until_done("container.done")
    finished = interrupted.send(SIGINT).finish().exits(130)
    assert finished.endings["container.done"] == "ready"
    assert live.runs("done")
    assert "Interrupted" in finished.stdout


def test_checks_that_are_interrupted_end_at_once_and_that_is_told(cli: Cli, workflow: Callable) -> None:
    workflow("""
        containers: {web: {<<: *server, update: {settle: 0s}}}
        checks: {page: {http: {url: "http://web/nothing"}, timeout: 60s}}
    """)
    for command in ("apply", "check"):
        interrupted = cli.start(command).until_event("check.started").send(SIGINT).finish().exits(130)
        causes = [event["cause"] for event in interrupted.events if event["event"] == "run.interrupted"]
        assert causes == ["interrupted"], command
        assert "interrupt again to stop at once" in interrupted.text


def test_a_second_interruption_stops_at_once(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("""
    containers:
      web: {<<: *idle, init: false, command: [sh, -c, "trap '' TERM; sleep infinity"], stop_grace_period: 8s}
    """)
    cli("apply").exits(0)
    destroying = cli.start("destroy").until("container.web", "stopping").send(SIGINT)
    time.sleep(0.3)
    sent = time.monotonic()
    stopped = destroying.send(SIGINT).finish()
    assert time.monotonic() - sent < 2
    assert stopped.exit_code == 130
    assert "stopped at once" in stopped.stderr


@pytest.mark.parametrize("state", ["creating", "stopping", "starting", "running"])
def test_a_replacement_that_was_killed_is_completed_or_undone_by_the_next_apply(
    cli: Cli, workflow: Callable, live: Live, state: str
) -> None:
    text = """
    containers:
      web:
        <<: *idle
        init: false
        command: [sh, -c, "trap 'sleep 0.5; exit' TERM; while :; do sleep 0.1; done"]
        environment: {{RELEASE: '{}'}}
    """
    workflow(text.format(1))
    cli("apply").exits(0)
    workflow(text.format(2))

    cli.start("apply").until("container.web", state).send(SIGKILL).finish().exits(-SIGKILL)
    cli("apply").exits(0)

    assert set(live.containers) == {"web-1"}
    assert live.runs("web")
    assert "RELEASE=2" in live.container("web")["Config"]["Env"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_killed_replacement_that_never_came_to_work_gives_way_to_the_old_one(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    good = "containers: {web: *idle}"
    bad = f"containers: {{web: {{<<: *idle, {NEVER_HEALTHY}}}}}"
    workflow(good)
    cli("apply").exits(0)
    before = live.containers
    with step("the run is killed while the new one is not healthy"):
        workflow(bad)
        cli.start("apply").until("container.web", "running").send(SIGKILL).finish().exits(-SIGKILL)
    with step("another try with it leaves the old one serving"):
        cli("apply", "--timeout", "1s").exits(5)
        assert live.containers == before
        assert live.runs("web")
    with step("killed again, and the file taken back: the old one is there as it was"):
        cli.start("apply").until("container.web", "running").send(SIGKILL).finish().exits(-SIGKILL)
        workflow(good)
        cli("apply").exits(0)
        assert live.containers == before
        assert live.runs("web")


@pytest.mark.parametrize("state", ["creating", "starting", "running"])
def test_a_creation_that_was_killed_is_completed_by_the_next_apply(
    cli: Cli, workflow: Callable, live: Live, state: str
) -> None:
    workflow("containers: {web: *idle, db: {<<: *idle, depends_on: [web]}}")
    cli.start("apply").until("container.web", state).send(SIGKILL).finish().exits(-SIGKILL)
    cli("apply").exits(0)
    assert set(live.containers) == {"web-1", "db-1"}
    assert live.runs("web")
    assert live.runs("db")


def test_a_build_that_was_killed_is_done_by_the_next_apply(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("""
        images: {site: {build: {dockerfile_inline: "FROM busybox:stable\\nRUN echo at work && sleep 1"}}}
        containers: {web: {<<: *idle, image: site}}
    """)
    killed = cli.start("apply").until_said("at work").send(SIGKILL).finish().exits(-SIGKILL)
    assert killed.endings["image.site"] == "building", "the log alone tells where it stood"
    cli("apply").exits(0)
    assert live.runs("web")


def test_a_destruction_that_was_killed_is_completed_by_the_next(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: *idle, db: {<<: *idle, depends_on: [web]}}")
    cli("apply").exits(0)
    cli.start("destroy").until("container.db", "removing").send(SIGKILL).finish().exits(-SIGKILL)
    cli("destroy").exits(0)
    assert not live.everything

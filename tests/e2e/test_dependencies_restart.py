"""Dependencies as Compose has them: its words for conditions, optional ones, and restarts after others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

QUICK = "update: {settle: 0s}"
IDLE = f"<<: *idle, {QUICK}"
HEALTHY = "healthcheck: {test: 'true', interval: 100ms}"
UNHEALTHY = "healthcheck: {test: 'false', interval: 100ms, retries: 1}"


@pytest.fixture
def started(docker_client: DockerClient, live: Live) -> Callable[[str], str]:
    """Return when a container was last started, as the engine tells it."""
    return lambda key: str(live.container(key)["State"]["StartedAt"])


@pytest.fixture
def pair(workflow: Callable) -> Callable[..., None]:
    """Write a workflow of a database, and of an app that is to be restarted after it."""

    def write(db: str = "", app: str = "", more: str = "", settle: str = "0s") -> None:
        workflow(f"""
            containers:
              db: {{<<: *idle, update: {{settle: {settle}}}, {db}}}
              app: {{{IDLE}, depends_on: {{db: {{condition: service_started, restart: true}}}}, {app}}}
              third: {{{IDLE}, depends_on: [app]}}
              {more}
        """)

    return write


def test_conditions_have_the_words_of_compose_too(cli: Cli, workflow: Callable, live: Live) -> None:
    entries = f"""
        containers:
          db: {{{IDLE}, {HEALTHY}}}
          web: {{{IDLE}, depends_on: {{db: WORD, plain: service_started, seed: {{condition: DONE}}}}}}
          plain: {{{IDLE}}}
        jobs: {{seed: {{image: "busybox:stable", command: "true"}}}}
    """
    workflow(entries.replace("WORD", "service_healthy").replace("DONE", "service_completed_successfully"))
    cli("apply").exits(0)
    assert live.moment("db", "health_status: healthy") <= live.moment("web", "start")
    assert live.moment("seed", "die") <= live.moment("web", "start")
    workflow(entries.replace("WORD", "healthy").replace("DONE", "completed"))
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_container_still_never_completes(cli: Cli, workflow: Callable) -> None:
    workflow(f"containers: {{a: {{{IDLE}}}, b: {{{IDLE}, depends_on: {{a: service_completed_successfully}}}}}}")
    assert "a is a container and never completes" in cli("validate").exits(2).stderr


def test_a_container_is_restarted_in_place_after_its_dependency_was_replaced(
    cli: Cli, pair: Callable, live: Live, started: Callable
) -> None:
    pair()
    first = cli("apply").exits(0)
    assert first.endings["container.app"] == "ready"
    cli("plan", "--detailed-exitcode").exits(0)
    before = {key: (live.id(key), started(key)) for key in ("app", "third")}
    pair("hostname: other")

    planned = cli("plan").exits(0)
    applied = cli("apply").exits(0)

    assert "restart" in next(line for line in planned.stdout.splitlines() if "container.app" in line)
    assert '"container.db is replaced" → "restarted"' in planned.stdout
    assert applied.reasons["container.app"] == ["dependency"]
    assert applied.endings["container.app"] == "ready"
    assert live.id("app") == before["app"][0]
    assert started("app") > max(before["app"][1], started("db"))
    assert (live.id("third"), started("third")) == before["third"], "nobody asked for its restart"
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_restart_by_hand_or_by_runner_is_passed_on_and_an_update_is_not(
    cli: Cli, pair: Callable, live: Live, started: Callable, docker_client: DockerClient
) -> None:
    pair()
    cli("apply").exits(0)
    before = started("app")
    pair("restart: always")
    cli("apply").exits(0)
    assert started("app") == before, "the update was in place"

    cli("restart", "db").exits(0)
    assert started("app") > started("db") > before

    before = started("app")
    docker_client.api.stop(live.id("db"), timeout=1)
    assert "container.db is restarted" in cli("plan").exits(0).stdout
    cli("apply").exits(0)
    assert started("app") > started("db") > before

    before = started("app")
    docker_client.api.remove_container(live.id("db"), force=True)
    cli("apply").exits(0)
    assert started("app") == before, "a dependency that is only created is no reason"
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_restart_comes_with_other_changes_in_place(cli: Cli, pair: Callable, live: Live, started: Callable) -> None:
    pair()
    cli("apply").exits(0)
    id, before = live.id("app"), started("app")
    pair("hostname: other", "restart: always")

    cli("apply").exits(0)

    assert (live.id("app"), live.container("app")["HostConfig"]["RestartPolicy"]["Name"]) == (id, "always")
    assert started("app") > max(started("db"), before)
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_dependency_that_is_rolled_back_restarts_nobody(
    cli: Cli, pair: Callable, live: Live, started: Callable
) -> None:
    pair()
    cli("apply").exits(0)
    ids, before = live.containers, started("app")
    pair(UNHEALTHY)

    failed = cli("apply").exits(5)

    assert (failed.endings["container.db"], failed.endings["container.app"]) == ("rolled_back", "skipped")
    assert live.containers == ids
    assert started("app") == before
    pair()
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_run_that_is_taken_back_restarts_once_more_after_the_old_dependency(
    cli: Cli, pair: Callable, live: Live, started: Callable
) -> None:
    pair()
    cli("apply").exits(0)
    ids = live.containers
    pair("hostname: other", more="late: {image: 'busybox:stable', command: 'false', depends_on: [app]}")

    undone = cli("apply", "--atomic").exits(5)

    assert undone.endings["container.app"] == "rolled_back"
    assert live.containers == ids
    assert started("app") > started("db")
    pair()
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_run_killed_before_the_restart_is_made_good_by_the_next(
    cli: Cli, pair: Callable, live: Live, started: Callable
) -> None:
    pair()
    cli("apply").exits(0)
    pair("hostname: other", settle="3s")
    cli.start("apply").until("container.db", "running").abandon()

    planned = cli("plan").exits(0)
    cli("apply").exits(0)

    assert '"container.db was replaced after it started" → "restarted"' in planned.stdout
    assert started("app") > started("db")
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_restart_that_a_target_left_out_is_due_in_the_next_run(
    cli: Cli, pair: Callable, live: Live, started: Callable
) -> None:
    pair()
    cli("apply").exits(0)
    before = started("app")
    pair("hostname: other")

    cli("apply", "--target", "container.db").exits(0)
    assert started("app") == before
    cli("apply").exits(0)

    assert started("app") > started("db") > before
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_dependency_that_is_not_required_may_be_missing_or_fail(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(f"""
        containers:
          bad: {{<<: *idle, {UNHEALTHY}}}
          off: {{<<: *idle, replicas: 0}}
          needs: {{{IDLE}, depends_on: {{bad: healthy}}}}
          app:
            <<: *idle
            depends_on:
              bad: {{condition: service_healthy, required: false}}
              off: {{condition: service_started, required: false}}
              missing: {{condition: service_started, required: false}}
              seed: {{condition: service_completed_successfully, required: false}}
          after: {{{IDLE}, depends_on: [app]}}
        jobs: {{seed: {{image: "busybox:stable", command: "false"}}}}
    """)

    applied = cli("apply").exits(1)

    assert {key: applied.endings[f"container.{key}"] for key in ("bad", "needs", "app", "after")} == {
        "bad": "failed",
        "needs": "skipped",
        "app": "ready",
        "after": "ready",
    }
    assert applied.endings["job.seed"] == "failed"
    assert live.runs("after")
    for name in ("container.bad failed", "job.seed failed"):
        assert f"container.app starts without a dependency: {name}" in applied.stderr


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ("{required: maybe}", 'expected true or false, got "maybe"'),
        ("{restart: 1.5}", "expected true or false, got 1.5"),
        ("service_healty", 'unknown condition "service_healty"'),
        ("{condition: service_started}", 'unknown container "db"'),
    ],
)
def test_a_wrong_dependency_is_an_error(cli: Cli, workflow: Callable, detail: str, told: str) -> None:
    workflow(f"containers: {{app: {{{IDLE}, depends_on: {{db: {detail}}}}}}}")
    assert told in cli("validate").exits(2).stderr

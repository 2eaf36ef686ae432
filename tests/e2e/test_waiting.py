"""What others wait for, how long, and what is told when it never comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.harness.cli import Cli
from tests.harness.events import Event
from tests.harness.live import Live

HEALTHY_AFTER_A_WHILE = """
        command: [sh, -c, "sleep 2; touch /tmp/ok; exec sleep infinity"]
        healthcheck: {test: [CMD, test, -f, /tmp/ok], interval: 0.2s, retries: 50}
"""
NEVER_HEALTHY = """
        healthcheck: {test: [CMD, "false"], interval: 0.2s, retries: 100}
"""


def moment_of(event: Event) -> int:
    """Return when an event was written, in nanoseconds since 1970."""
    return int(datetime.fromisoformat(event["timestamp"]).timestamp() * 1_000) * 1_000_000


@pytest.mark.parametrize("depends_on", ["{db: healthy}", "[db]", "{db: {condition: healthy, timeout: 20s}}"])
def test_a_dependant_starts_when_the_other_one_is_healthy(
    cli: Cli, workflow: Callable, live: Live, depends_on: str
) -> None:
    workflow(f"""
    containers:
      web: {{<<: *idle, depends_on: {depends_on}}}
      db:
        <<: *idle
        {HEALTHY_AFTER_A_WHILE.strip()}
    """)
    events = cli("apply").exits(0).events
    healthy = live.moment("db", "health_status: healthy")
    assert healthy < live.moment("web", "start")
    noticed = next(event for event in events if event.get("phase") == "is healthy")
    began = next(event for event in events if event.get("to") == "creating" and event["address"] == "container.web")
    for reaction in (noticed, began):
        assert moment_of(reaction) - healthy < 100_000_000, "nanoseconds after the engine's own event"


def test_a_chain_of_ten_takes_hardly_more_than_its_parts(cli: Cli, workflow: Callable, live: Live) -> None:
    up = '{image: "busybox:stable", stop_signal: SIGKILL, command: [sh, -c, "sleep 0.1; exec httpd -f -p 80 -h /etc"]'
    links = [f"c{number}: {up}, ready: {{tcp: 80}}, depends_on: [c{number - 1}]}}" for number in range(2, 11)]
    workflow("\n  ".join(["containers:", f"c1: {up}, ready: {{tcp: 80}}}}", *links]))

    events = cli("apply").exits(0).events

    ready = [moment_of(event) for event in events if event.get("phase") == "is ready"]
    starts = [live.moment(f"c{number}", "start") - live.moment(f"c{number}", "create") for number in range(1, 11)]
    took = max(ready) - live.moment("c1", "create")
    assert took <= 1.3 * (sum(starts) + 1_000_000_000), f"{took} ns for starts of {sum(starts)} ns"


def test_a_dependant_that_wants_no_more_starts_at_the_others_start(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(f"""
    containers:
      web: {{<<: *idle, depends_on: {{db: started}}}}
      db:
        <<: *idle
        {HEALTHY_AFTER_A_WHILE.strip()}
    """)
    cli("apply").exits(0)
    assert live.moment("db", "start") < live.moment("web", "start") < live.moment("db", "health_status: healthy")


def test_a_list_waits_for_the_start_of_what_has_no_healthcheck(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: {<<: *idle, depends_on: [db]}, db: *idle}")
    cli("apply").exits(0)
    assert live.moment("db", "start") < live.moment("web", "start")


def test_a_dependant_gives_up_by_its_own_clock(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(f"""
    containers:
      web: {{<<: *idle, depends_on: {{db: {{condition: healthy, timeout: 1s}}}}}}
      db:
        <<: *idle
        {NEVER_HEALTHY.strip()}
    """)
    failed = cli("apply", "--timeout", "3s").exits(1)
    assert failed.ending("container.web")["cause"] == "container.db not healthy within 1 s"
    assert failed.ending("container.web")["help"] == "increase the timeout of depends_on"
    assert failed.ending("container.db")["cause"] == "not healthy within 3 s"
    assert failed.ending("container.db")["help"] == "increase --timeout"
    assert set(live.containers) == {"db-1"}


def test_a_wait_ends_with_the_runs_timeout_and_says_how_to_give_it_more(cli: Cli, workflow: Callable) -> None:
    workflow(f"""
    containers:
      web:
        <<: *idle
        {NEVER_HEALTHY.strip()}
    """)
    failed = cli("apply", "--timeout", "1s").exits(1)
    assert failed.ending("container.web")["cause"] == "not healthy within 1 s"
    assert "--timeout" in failed.ending("container.web")["help"]


def test_a_container_that_ends_at_once_fails_with_its_last_words(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("""
        containers:
          web: {<<: *idle, command: [sh, -c, "echo no such setting >&2; exit 3"]}
    """)
    failed = cli("apply").exits(1)
    ending = failed.ending("container.web")
    assert ending["to"] == "failed"
    assert ending["cause"] == "exited with code 3"
    assert ending["tail"] == ["no such setting"]
    assert "jobs" in ending["help"]
    assert live.container("web")["State"]["ExitCode"] == 3, "it stays to be looked at"
    assert "no such setting" in failed.stdout


def test_a_container_that_ends_while_the_run_still_works_fails_it(cli: Cli, workflow: Callable) -> None:
    workflow(f"""
    containers:
      early: {{<<: *idle, command: [sleep, "0.5"]}}
      slow:
        <<: *idle
        {HEALTHY_AFTER_A_WHILE.strip()}
    """)
    failed = cli("apply").exits(1)
    assert failed.endings["container.early"] == "failed"
    assert failed.endings["container.slow"] == "ready"


def test_an_unhealthy_container_fails_with_what_its_check_said(cli: Cli, workflow: Callable) -> None:
    workflow("""
        containers:
          web:
            <<: *idle
            command: [sh, -c, "echo listening; exec sleep infinity"]
            healthcheck: {test: "echo no answer; exit 1", interval: 0.2s, retries: 1}
    """)
    ending = cli("apply").exits(1).ending("container.web")
    assert ending["cause"] == "is unhealthy: no answer"
    assert ending["tail"] == ["listening"]


def test_a_container_that_keeps_restarting_fails(cli: Cli, workflow: Callable) -> None:
    workflow(f"""
    containers:
      web: {{<<: *idle, command: [sh, -c, "echo again; exit 2"], restart: always}}
      slow:
        <<: *idle
        {HEALTHY_AFTER_A_WHILE.strip()}
    """)
    ending = cli("apply").exits(1).ending("container.web")
    assert ending["cause"] in ("keeps restarting, last exited with code 2", "keeps restarting")
    assert "again" in ending["tail"]


def test_a_failure_skips_what_rests_on_it_and_spares_the_rest(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("""
        containers:
          db: {<<: *idle, command: [no-such-program], init: false}
          api: {<<: *idle, depends_on: [db]}
          web: {<<: *idle, depends_on: [api]}
          other: *idle
          another: {<<: *idle, depends_on: [other]}
    """)
    failed = cli("apply").exits(1)
    assert {key: failed.endings[f"container.{key}"] for key in ("db", "api", "web", "other", "another")} == {
        "db": "failed",
        "api": "skipped",
        "web": "skipped",
        "other": "ready",
        "another": "ready",
    }
    assert failed.ending("container.web")["cause"] == "container.db"
    assert set(live.containers) == {"other-1", "another-1"}
    assert "not done:" in failed.stdout


def test_what_failed_is_tried_again_by_the_next_apply(cli: Cli, workflow: Callable, live: Live) -> None:
    text = "containers: {{db: {{<<: *idle, command: [{}]}}, web: {{<<: *idle, depends_on: [db]}}}}"
    workflow(text.format("sh, -c, exit 1"))
    cli("apply").exits(1)
    workflow(text.format("sleep, infinity"))
    cli("apply").exits(0)
    assert live.runs("db")
    assert live.runs("web")


def test_what_is_still_unhealthy_when_there_is_nothing_to_do_is_a_warning(cli: Cli, workflow: Callable) -> None:
    workflow('containers: {db: {<<: *idle, healthcheck: {test: "exit 1", interval: 0.2s, retries: 1}}}')
    cli("apply").exits(1)
    assert "container.db is unhealthy" in cli("apply").exits(0).stderr
    assert [found["code"] for found in cli("plan", "-o", "json").exits(0).json["warnings"]] == ["unhealthy"]


def test_what_is_not_healthy_yet_when_there_is_nothing_to_do_is_a_warning_too(cli: Cli, workflow: Callable) -> None:
    workflow(f"containers: {{db: {{<<: *idle, {NEVER_HEALTHY.strip()}}}}}")
    cli("apply", "--timeout", "1s").exits(1)
    assert "container.db is not healthy yet" in cli("apply").exits(0).stderr


def test_one_that_ends_again_when_it_is_started_again_fails_as_itself(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: {<<: *idle, command: [sh, -c, 'echo bad config; exit 4']}}")
    cli("apply").exits(1)
    before = live.containers
    again = cli("apply").exits(1)
    assert again.ending("container.web")["cause"] == "exited with code 4"
    assert live.containers == before

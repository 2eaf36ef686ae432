"""A container counts as ready when it has kept running for its settle time; whatever else is in the file."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.live import Live

DIES = "command: [sh, -c, 'echo last words; sleep 0.6; exit 3']"
LOOPS = "command: [sh, -c, 'sleep 0.6; exit 3'], restart: always"


@pytest.mark.parametrize("beside", ["", ", other: {<<: *idle, update: {settle: 2s}}"], ids=["alone", "beside another"])
@pytest.mark.parametrize(
    "dying",
    [DIES, LOOPS, "command: [sleep, '0.6'], restart: 'no'", f"{DIES}, update: {{settle: 1.5s}}"],
    ids=["ends", "is started again", "ends well", "ends within a longer time"],
)
def test_a_new_container_that_dies_within_its_settle_time_fails(
    cli: Cli, workflow: Callable, dying: str, beside: str
) -> None:
    workflow(f"containers: {{one: {{image: 'busybox:stable', init: true, {dying}}}{beside}}}")

    applied = cli("apply").exits(1)

    assert applied.endings["container.one"] == "failed"
    assert "declare programs that exit as jobs" in applied.text
    assert "last words" in applied.text or "last words" not in dying


@pytest.mark.parametrize("kind", ["containers", "jobs"])
def test_what_ran_out_of_memory_is_told_what_gives_it_more(cli: Cli, workflow: Callable, kind: str) -> None:
    eats = "{image: 'busybox:stable', command: [tail, /dev/zero], limits: {memory: 16m}}"
    workflow(f"{kind}: {{one: {eats}}}")

    applied = cli("apply").exits(1)

    assert "killed: out of memory; limits.memory is 16m" in applied.text
    assert "declare programs that exit as jobs" not in applied.text


def test_a_container_that_is_started_again_has_to_settle_as_well(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live
) -> None:
    first_time = "test -e /ran && { sleep 0.4; exit 3; }; touch /ran; exec sleep 60"
    workflow(f"containers: {{one: {{image: 'busybox:stable', init: true, command: [sh, -c, '{first_time}']}}}}")
    cli("apply").exits(0)
    docker_client.api.stop(live.id("one"), timeout=1)

    applied = cli("apply").exits(1)

    assert "exited with code 3" in applied.text


def test_nothing_is_waited_for_without_a_settle_time_and_all_settle_at_once(cli: Cli, workflow: Callable) -> None:
    quick = "{image: 'busybox:stable', command: [sleep, infinity], init: true, update: {settle: 0s}}"
    slow = quick.replace("0s", "3s")
    keys = [f"c{number}" for number in range(4)]
    workflow(f"containers: {{{', '.join(f'{key}: {quick}' for key in keys)}}}")
    at_once = cli("apply").exits(0)
    cli("destroy").exits(0)
    workflow(f"containers: {{{', '.join(f'{key}: {slow}' for key in keys)}}}")
    settled = cli("apply").exits(0)

    addresses = [f"container.{key}" for key in keys]
    assert all(_moment(at_once, it, "ready") - _moment(at_once, it, "running") < 3 for it in addresses)
    assert all(_moment(settled, it, "ready") - _moment(settled, it, "starting") >= 2.99 for it in addresses)
    assert all(_moment(settled, it, "ready") - _moment(settled, it, "running") >= 2 for it in addresses)
    last_runs, last_ready = (max(_moment(settled, it, state) for it in addresses) for state in ("running", "ready"))
    assert last_ready - last_runs < 6, "one after another they would take 12 s"


def test_what_the_proof_cost_is_told(cli: Cli, workflow: Callable) -> None:
    one = "{<<: *idle, init: true, update: {settle: SETTLE}}"
    workflow(f"containers: {{web: {one.replace('SETTLE', '1s')}}}")
    proved = cli("apply").exits(0)
    workflow(f"containers: {{web: {one.replace('SETTLE', '0s')}, other: {one.replace('SETTLE', '0s')}}}")
    unproved = cli("apply").exits(0)

    ending, other = proved.events[-1], unproved.events[-1]
    assert ending["watched"] == ["container.web"]
    assert 500 < ending["watched_ms"] <= min(1100, ending["duration_ms"])
    assert other["watched_ms"] < 100


def test_an_old_one_that_ends_when_it_is_started_again_is_not_said_to_be_back_as_it_was(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    once = "test -e /ran && exit 9; touch /ran; exec sleep 600"
    workflow(f"containers: {{one: {{image: 'busybox:stable', init: true, command: [sh, -c, '{once}']}}}}")
    cli("apply").exits(0)
    before = live.containers
    workflow(f"containers: {{one: {{image: 'busybox:stable', init: true, {DIES}}}}}")

    applied = cli("apply").exits(1)

    assert "new container exited with code 3; restored the previous one, but it exited with code 9" in applied.text
    assert applied.endings["container.one"] == "failed"
    assert live.containers == before


def test_dependants_do_not_wait_until_what_they_rest_on_has_settled(cli: Cli, workflow: Callable, live: Live) -> None:
    slow = "{<<: *idle, update: {settle: 2s}}"
    workflow(f"containers: {{db: {slow}, web: {{<<: *idle, depends_on: [db]}}, api: {{<<: *idle, depends_on: [web]}}}}")

    applied = cli("apply").exits(0)

    assert applied.endings["container.db"] == "ready"
    assert live.moment("api", "start") - live.moment("db", "start") < 2_000_000_000, "they would take 3 s"


def test_a_healthy_container_that_dies_before_the_end_of_the_run_fails(cli: Cli, workflow: Callable) -> None:
    workflow("""
        containers:
          one:
            image: busybox:stable
            init: true
            command: [sh, -c, "sleep 1; exit 3"]
            restart: always
            healthcheck: {test: [CMD, "true"], interval: 0.2s}
          other: {<<: *idle, update: {settle: 2s}}
    """)

    applied = cli("apply").exits(1)

    assert applied.endings == {**applied.endings, "container.one": "failed", "container.other": "ready"}


def test_an_atomic_run_is_undone_when_something_does_not_settle(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {one: *idle}")
    cli("apply").exits(0)
    before = live.containers
    workflow(f"containers: {{one: {{<<: *idle, hostname: new}}, two: {{image: 'busybox:stable', init: true, {DIES}}}}}")

    applied = cli("apply", "--atomic").exits(5)

    assert live.containers == before
    assert live.runs("one")
    assert applied.endings["container.one"] in ("rolled_back", "cancelled")


def test_an_interrupted_run_tells_nothing_as_ready_that_has_not_settled(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow("containers: {one: {<<: *idle, update: {settle: 30s}}}")

    began = time.monotonic()
    interrupted = cli.start("apply").until("container.one", "running").send(signal.SIGINT).finish().exits(130)

    assert interrupted.endings["container.one"] == "cancelled"
    assert time.monotonic() - began < 20
    assert live.runs("one")
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_crash_loop_is_told_where_nothing_is_to_do(cli: Cli, workflow: Callable) -> None:
    workflow(f"containers: {{one: {{image: 'busybox:stable', init: true, {LOOPS}, update: {{settle: 0s}}}}}}")
    cli("apply").exits(0)
    time.sleep(1.5)

    planned, status = cli("plan").exits(0), cli("status").exits(0)

    assert "No changes" in planned.stdout
    assert "container.one restarted" in planned.stderr
    assert "container.one restarted" in status.stderr
    assert "RESTARTS" in status.stdout.splitlines()[0]
    row = next(row for row in cli("status", "-o", "json").json["resources"] if row["address"] == "container.one")
    assert row["restarts"] >= 1


def _moment(applied: Finished, address: str, state: str) -> float:
    """Return when a resource came to a state, in seconds."""
    times = [it["timestamp"] for it in applied.events if (it.get("address"), it.get("to")) == (address, state)]
    return datetime.fromisoformat(times[-1]).timestamp()

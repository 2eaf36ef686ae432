"""Whoever followed a run is gone: the run ends in order, and its log is whole; a log that can't be kept ends no run."""

from __future__ import annotations

from collections.abc import Callable
from signal import SIGHUP

from tests.harness.cli import Cli
from tests.harness.live import Live

NEVER_HEALTHY = "containers: {db: {<<: *idle, healthcheck: {test: [CMD, 'false'], interval: 0.2s, retries: 1000}}}"
SLOW = "containers: {db: {<<: *idle, ready: {exec: 'test -e /go'}, command: [sh, -c, 'sleep 2; touch /go; sleep 900']}}"


def test_a_run_whose_terminal_is_gone_ends_in_order_and_its_log_is_whole(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow(NEVER_HEALTHY)
    ended = cli.terminal("apply", gone_at="running").exits(130)
    assert ended.endings["container.db"] == "cancelled"
    assert set(live.containers) == {"db-1"}
    assert not [thing for thing in live.everything if "runner.lock" in thing]


def test_a_run_under_nohup_outlives_its_terminal(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(SLOW)
    applying = cli.start("apply", through=("nohup",)).until("container.db", "running")
    applying.send(SIGHUP).finish().exits(0)
    assert live.runs("db")


def test_a_run_whose_reader_hangs_up_ends_in_order_and_its_log_is_whole(cli: Cli, workflow: Callable) -> None:
    workflow(NEVER_HEALTHY)
    applying = cli.start("apply", "-o", "json").until("container.db", "running").hang_up()
    ended = applying.finish().exits(130)
    assert ended.endings["container.db"] == "cancelled"


def test_a_log_file_that_cannot_be_written_is_told_and_the_run_goes_on(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow("containers: {db: *idle}")
    told = cli("apply", "--log-file", "/dev/full", logged=False).exits(0)
    assert 'cannot write the log file "/dev/full": no space left on device' in told.stderr
    assert live.runs("db")

"""What is shown: to a person on a terminal, to a pipe, to a program, and to a log file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.harness.cli import Cli
from tests.harness.live import Live

ESCAPE = "\x1b["
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")
ONE = "containers: {web: *idle}"
FAILING = "containers: {web: {<<: *idle, command: [sh, -c, 'echo bad config; exit 4']}, other: *idle}"


def test_a_terminal_shows_the_plan_the_progress_and_a_summary(cli: Cli, workflow: Callable) -> None:
    workflow(ONE)
    shown = cli.terminal("apply").exits(0).stdout
    assert "+" in shown
    assert "container.web" in shown
    assert "Done in" in shown
    assert COLOUR.search(shown)
    assert shown.count(HIDE) == shown.count(SHOW), "the cursor is given back"


def test_a_terminal_is_left_as_it_was_found_whatever_fails_and_whenever_it_is_interrupted(
    cli: Cli, workflow: Callable
) -> None:
    workflow("containers: {web: {<<: *idle, ready: {log: never}}}")
    options = ("apply", "--log-file", "/no/such/x")
    shown = cli.terminal(*options, logged=False).exits(2).stdout
    assert 'cannot write the log file "/no/such/x": no such file or directory' in shown
    assert HIDE not in shown
    for moment in ("run", HIDE, "starting"):
        shown = cli.terminal("apply", answers={moment: "\x03"}).exits(130).stdout
        assert shown.rfind(SHOW) >= shown.rfind(HIDE), f"interrupted at {moment!r}"
        cli("destroy").exits(0)  # what was begun is finished: the container may be there, and then nothing is to do


@pytest.mark.parametrize(("options", "env"), [([], {"NO_COLOR": "1"}), (["--no-color"], {})])
def test_a_terminal_without_colours_is_given_none(
    cli: Cli, workflow: Callable, options: list[str], env: dict[str, str]
) -> None:
    workflow(ONE)
    assert not COLOUR.search(cli.terminal("plan", *options, env=env).exits(0).stdout)
    assert not COLOUR.search(cli.terminal("apply", *options, env=env).exits(0).stdout)


def test_a_failure_on_a_terminal_tells_what_failed_and_why(cli: Cli, workflow: Callable) -> None:
    workflow(FAILING)
    shown = cli.terminal("apply", columns=80).exits(1).stdout
    assert "exited with code 4" in shown
    assert "bad config" in shown
    assert "Failed in" in shown


def test_a_narrow_terminal_is_never_overrun(cli: Cli, workflow: Callable) -> None:
    workflow(FAILING)
    shown = cli.terminal("apply", columns=40, lines=5).exits(1).stdout
    assert "Failed in" in shown


def test_a_pipe_is_given_the_result_on_stdout_and_the_progress_on_stderr(cli: Cli, workflow: Callable) -> None:
    workflow(ONE)
    piped = cli("apply").exits(0)
    assert ESCAPE not in piped.text
    assert "Done in" in piped.stdout
    assert "container.web" in piped.stdout
    assert re.search(r"^[0-9:.]+ container\.web ready$", piped.stderr, re.MULTILINE)
    assert "container.web ready" not in piped.stdout


def test_a_program_is_given_one_event_a_line_and_nothing_else(cli: Cli, workflow: Callable) -> None:
    workflow(FAILING)
    told = cli("apply", "-o", "json").exits(1)
    events = [json.loads(line) for line in told.stdout.splitlines()]
    assert events[-1]["exit_code"] == 1
    assert not told.stderr


def test_a_program_is_told_of_an_apply_that_changes_nothing(cli: Cli, workflow: Callable) -> None:
    workflow(ONE)
    cli("apply").exits(0)
    told = cli("apply", "-o", "json", logged=False).exits(0)
    events = [json.loads(line) for line in told.stdout.splitlines()]
    assert [event["event"] for event in events if event["event"].startswith("run.")] == ["run.started", "run.finished"]
    assert events[-1]["counts"] == {"unchanged": 3}


def test_an_apply_that_changes_nothing_says_so_in_one_line(cli: Cli, workflow: Callable) -> None:
    workflow(ONE)
    cli("apply").exits(0)
    assert cli("apply", logged=False).exits(0).text == "No changes: up to date with workflow.yaml (3 resources)\n"


def test_the_log_file_keeps_what_its_level_asks_for_and_grows_by_each_run(cli: Cli, workflow: Callable) -> None:
    workflow(FAILING)
    for _ in range(2):
        cli("apply", "--log-file", "errors.jsonl", "--log-level", "error", logged=False).exits(1)
    kept = [json.loads(line) for line in (cli.folder / "errors.jsonl").read_text().splitlines()]
    assert {event["level"] for event in kept} == {"error"}
    assert len({event["run_id"] for event in kept}) == 2


def test_a_log_file_that_cannot_be_written_is_refused_before_anything_is_done(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow(ONE)
    refused = cli("apply", "--log-file", "no/such/folder/log", logged=False).exits(2)
    assert "no/such/folder/log" in refused.stderr
    assert not live.everything


def test_what_every_command_takes_may_come_before_its_name_and_what_it_does_not_take_is_refused(
    cli: Cli, workflow: Callable
) -> None:
    workflow(ONE)
    assert cli("--output", "json", "--timeout", "20s", "validate").exits(0).json == {"diagnostics": []}
    assert (
        "--host and --context are mutually exclusive"
        in cli("--host", "unix:///a", "plan", "--context", "b").exits(2).stderr
    )
    for arguments in (["--log-file", "kept", "plan"], ["plan", "--log-file", "kept"], ["-o", "json", "schema"]):
        assert cli(*arguments).exits(2).stderr
    assert not (cli.folder / "kept").exists()


def test_the_output_can_be_chosen_against_the_stream(cli: Cli, workflow: Callable) -> None:
    workflow(ONE)
    assert ESCAPE not in cli.terminal("apply", "-o", "plain").exits(0).stdout


def test_a_run_says_who_did_what_with_which_versions(cli: Cli, workflow: Callable) -> None:
    workflow(ONE)
    started = cli("apply").exits(0).events[0]
    assert (started["command"], started["file"]) == ("apply", "workflow.yaml")
    assert "@" in started["actor"]
    assert set(started["versions"]) == {"runner", "engine", "api"}

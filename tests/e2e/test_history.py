"""Every run that changes something is on record, whatever becomes of it, and never in its way."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.events import check_run
from tests.harness.live import Live

SECRET = "hunter2-and-more"
NOWHERE = {"DOCKER_HOST": "tcp://127.0.0.1:1"}
WEB = "containers: {web: *idle}"
SOMEBODY = 54321


@pytest.fixture
def records(cli: Cli, workflow_name: str) -> Path:
    """The folder that the runs of this test's workflow are recorded in."""
    return cli.home / "state" / "runner" / workflow_name


def test_a_run_that_changed_nothing_is_on_record_when_its_checks_failed(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    text = """
        containers: {web: {<<: *idle, labels: {generation: "%s"}}}
        checks: {flag: {exec: {container: web, command: "test ! -e /tmp/broken"}, timeout: 0s}}
    """
    for generation in "12":
        workflow(text % generation)
        cli("apply").exits(0)
    docker_client.containers.get(live.id("web")).exec_run(["touch", "/tmp/broken"])
    failed = [cli(command).exits(1).events[0]["run_id"] for command in ("apply", "check")]

    listed = cli("history", "-o", "json", env=NOWHERE).exits(0).json["runs"]
    assert [(run["command"], run["result"]) for run in listed] == [
        ("check", "failed"),
        ("apply", "failed"),
        ("apply", "succeeded"),
        ("apply", "succeeded"),
    ]
    assert [run["run_id"] for run in listed[:2]] == failed[::-1]
    assert "check.flag failed" in cli("show", failed[0], env=NOWHERE).exits(0).stdout

    cli("rollback").exits(0)  # to the first generation: the runs that changed nothing did not make the present
    assert live.container("web")["Config"]["Labels"]["generation"] == "1"


@pytest.mark.parametrize("command", [("history",), ("show", "1"), ("rollback", "1"), ("logs", "--file")])
def test_a_file_that_cannot_be_read_for_its_name_is_told_with_its_place(cli: Cli, command: tuple[str, ...]) -> None:
    (cli.home / "empty.yaml").write_text("")
    told = cli(*command, str(cli.home / "empty.yaml"), env=NOWHERE).exits(2)
    assert "empty.yaml:1:1: error[empty-file]: the file is empty" in told.stderr


def test_a_run_is_listed_and_shown_without_an_engine(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str
) -> None:
    workflow(WEB)
    applied = cli("apply").exits(0)
    cli("apply").exits(0)  # changes nothing, and is none
    cli("destroy").exits(0)

    listed = cli("history", "-o", "json", env=NOWHERE).exits(0).json
    assert listed["workflow"] == workflow_name
    assert [(run["command"], run["result"], run["exit_code"]) for run in listed["runs"]] == [
        ("destroy", "succeeded", 0),
        ("apply", "succeeded", 0),
    ]
    last = listed["runs"][1]
    assert last["run_id"] == applied.events[0]["run_id"]
    assert last["counts"] == applied.events[-1]["counts"]
    assert cli("history", "-n", "1", env=NOWHERE).exits(0).stdout.count(" succeeded ") == 1

    (cli.folder / "workflow.yaml").unlink()
    shown = cli("show", last["run_id"][:6], workflow_name, env=NOWHERE).exits(0).stdout
    assert "+ container.web    create  missing" in shown
    assert "container.web ready" in shown
    assert f"run {last['run_id']} succeeded: exit 0" in shown

    page = ("show", last["run_id"], workflow_name, "--html")
    assert cli(*page, "run.html", env=NOWHERE).exits(0).stdout == "wrote run.html\n"
    written = (cli.folder / "run.html").read_text()
    printed = cli(*page, "-", env={**NOWHERE, "LC_ALL": "C"}).exits(0).stdout
    assert printed == written.encode("ascii", "xmlcharrefreplace").decode()
    assert re.search(rf"<title>apply {workflow_name}: succeeded", written)
    assert 'aria-label="from' in written
    assert 'class="runner-graph"' in written
    assert "is a directory" in cli(*page, ".", env=NOWHERE).exits(1).stderr
    assert "is a device" in cli(*page, "/dev/null", env=NOWHERE).exits(1).stderr
    assert "mutually exclusive" in cli(*page, "x.html", "-o", "json", logged=False, env=NOWHERE).exits(2).stderr


def test_its_events_are_those_of_the_log(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(WEB)
    applied = cli("apply").exits(0)
    shown = cli("show", applied.events[0]["run_id"], "-o", "json", logged=False).exits(0).stdout
    assert [json.loads(line) for line in shown.splitlines()] == [
        event for event in applied.events if event["level"] != "debug" or event.get("done")
    ]


def test_the_record_says_what_was_applied_and_is_the_owners_alone(
    cli: Cli, workflow: Callable, live: Live, records: Path
) -> None:
    file = workflow(WEB)
    run_id = cli("apply").exits(0).events[0]["run_id"]
    folder = records / run_id
    header = json.loads((folder / "run.json").read_text())
    assert header["file"] == str(file)
    assert header["file_digest"].startswith("sha256:")
    images = json.loads((folder / "images.json").read_text())
    assert images["image.busybox:stable"]["id"] == live.container("web")["Image"]
    everything = [records.parent, records, folder, *folder.iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in everything} == {0o700, 0o600}


def test_a_failed_run_is_on_record_as_such(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: {<<: *idle, command: 'false'}}")
    code = cli("apply").exit_code
    (run,) = cli("history", "-o", "json").exits(0).json["runs"]
    assert (run["result"], run["exit_code"]) == ("failed", code)


def test_a_killed_run_stands_as_unfinished(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: {<<: *idle, healthcheck: {test: 'false', interval: 1s, retries: 60}}}")
    running = cli.start("apply").until("container.web", "running")
    running.abandon()

    listed = cli("history").exits(0).stdout
    assert "unfinished" in listed
    run_id = listed.splitlines()[1].split()[0]
    shown = cli("show", run_id).exits(0).stdout
    assert "container.web running" in shown
    assert "unfinished" in shown.splitlines()[-1]


def test_nothing_sensitive_is_on_record(cli: Cli, workflow: Callable, live: Live, records: Path) -> None:
    (cli.folder / "web.env").write_text(f"TOKEN={SECRET}\nMODE=prod\n")
    (cli.folder / "key").write_text(SECRET)
    workflow(
        "variables: {PASSWORD: {sensitive: true}, COPY: {}}\n"
        "secrets: {key: {file: key}}\n"
        "containers:\n"
        "  web: {<<: *idle, env_file: web.env, environment: {P: '${PASSWORD}', C: '${COPY}'}, secrets: [key]}\n"
    )
    cli("apply", "--var", f"PASSWORD={SECRET}", "--var", f"COPY={SECRET}!").exits(0)
    written = [path for path in records.rglob("*") if path.is_file()]
    assert len(written) >= 5
    assert not [path for path in written if SECRET in path.read_text()]


@pytest.mark.parametrize("obstacle", ["a file in its place", "no home"])
def test_a_record_that_cannot_be_written_is_a_warning(cli: Cli, workflow: Callable, live: Live, obstacle: str) -> None:
    workflow(WEB)
    (cli.home / "occupied").write_text("")
    place = {"XDG_STATE_HOME": str(cli.home / "occupied")} if obstacle == "a file in its place" else {}
    applied = cli("apply", env=place or {"XDG_STATE_HOME": "", "HOME": "relative"}).exits(0)
    place_named = f"{cli.home / 'occupied'}" if place else "no home folder"
    assert re.search(rf"warning\[not-recorded\]: this run was not fully recorded: {place_named}.*\S", applied.stderr)
    assert live.runs("web")


@pytest.mark.parametrize(
    ("mode", "owner", "words"),
    [
        (0o777, -1, "writable by everyone"),
        pytest.param(
            0o755, SOMEBODY, "belongs to", marks=pytest.mark.skipif(os.geteuid() != 0, reason="root's to give")
        ),
    ],
)
def test_no_record_is_written_where_somebody_else_could_put_another_in_its_place(
    cli: Cli, workflow: Callable, tmp_path: Path, mode: int, owner: int, words: str
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    os.chown(shared, owner, -1)
    workflow(WEB)
    applied = cli("apply", env={"XDG_STATE_HOME": str(shared)}).exits(0)
    assert re.search(
        rf"warning\[not-recorded\]: this run was not fully recorded: {shared}: it .*{words}", applied.stderr
    )
    assert not list(shared.iterdir())


def test_old_runs_are_removed(cli: Cli, workflow: Callable, live: Live, records: Path) -> None:
    workflow(WEB)
    first = cli("apply").exits(0).events[0]["run_id"]
    for number in range(60):
        shutil.copytree(records / first, records / f"copy-{number}")
    cli("destroy").exits(0)
    assert len(list(records.iterdir())) == 50
    assert cli("history", "-o", "json").json["runs"][0]["command"] == "destroy"


def test_a_run_that_is_not_there_is_told(cli: Cli, workflow: Callable, workflow_name: str) -> None:
    workflow(WEB)
    assert cli("history").exits(0).stdout == f"no runs of {workflow_name} recorded here\n"
    assert f'no run "ab" of {workflow_name} recorded here' in cli("show", "ab").exits(2).stderr
    cli("plan", "--out", "saved.plan").exits(0)
    assert '"saved.plan" is a saved plan' in cli("show", "saved.plan").exits(2).stderr


def test_the_events_on_record_keep_the_schema_and_are_all_but_progress(
    cli: Cli, workflow: Callable, live: Live, records: Path
) -> None:
    workflow(WEB)
    whole = cli("apply").exits(0).events
    lines = (records / whole[0]["run_id"] / "events.jsonl").read_text().splitlines()
    kept = [json.loads(line) for line in lines]
    check_run(kept, on_record=True)
    assert any(event["level"] == "debug" for event in whole)
    assert kept == [event for event in whole if event["level"] != "debug" or event.get("done")]


def test_a_name_that_no_workflow_can_have_is_told_as_it_is_written(cli: Cli) -> None:
    (cli.folder / "workflow.yaml").write_text("version: 1\nname: שלום\n", encoding="utf-8")
    assert '"שלום" is not a valid workflow name' in cli("history").exits(2).stderr

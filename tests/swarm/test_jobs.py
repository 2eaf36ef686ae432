"""Jobs on a swarm: run once, on whichever node, and what becomes of a run that failed, was interrupted or killed."""

from __future__ import annotations

from collections.abc import Callable
from operator import not_
from signal import SIGINT, SIGKILL
from typing import Any

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.image import BASE
from tests.harness.step import step
from tests.harness.swarm import Swarm
from tests.harness.swarm_state import Task, left_on, tasks, update_service, versions
from tests.harness.until import until

HEAD = f"images: {{base: {{reference: '{BASE}', pull: never}}}}\njobs: {{migrate: {{image: base, init: true, "
IDLE = "containers: {web: {image: base, command: [sleep, infinity], init: true, depends_on: [migrate]}}"
SLOW = HEAD + "command: [sh, -c, 'echo at work; sleep 3; echo done']}}\n"


@pytest.fixture
def runs(docker_client: DockerClient, workflow_name: str) -> Callable[[], list[Task]]:
    """Return the tasks that the job `migrate` has, however they ended."""
    return lambda: tasks(docker_client, f"{workflow_name}-migrate", wanted=None)


@pytest.fixture
def containers(swarm: Swarm, workflow_name: str) -> Callable[[], list[str]]:
    """Return what the nodes have of the workflow's tasks, also of those that nobody lists any more."""
    return lambda: [one for one in left_on(swarm) if one.startswith(f"container {workflow_name}")]


def service(client: DockerClient, workflow_name: str) -> dict[str, Any]:
    """Return the service of the job `migrate`."""
    found: dict[str, Any] = client.api.inspect_service(f"{workflow_name}-migrate")
    return found


def test_a_job_runs_once_and_what_depends_on_it_comes_after(
    cli: Cli,
    workflow: Callable,
    docker_client: DockerClient,
    workflow_name: str,
    runs: Callable,
) -> None:
    workflow(HEAD + "command: [sh, -c, 'echo one; sleep 1; printf two']}}\n" + IDLE)

    with step("the plan says what it would do"):
        assert "job.migrate      run     missing" in cli("plan").exits(0).stdout

    with step("the apply shows each line once, also the last one, which has no end"):
        applied = cli("apply", "-o", "plain").exits(0)
        assert [event["line"] for event in applied.events if "line" in event] == ["one", "two"]
        assert applied.path("job.migrate")[-3:] == ["starting", "running", "succeeded"]
        succeeded = applied.ending("job.migrate")
        created = next(event for event in applied.events if event.get("to") == "creating" and "web" in event["address"])
        assert succeeded["seq"] < created["seq"]

    with step("it has run once, and nothing is written again"):
        before = versions(docker_client)
        cli("plan", "--detailed-exitcode").exits(0)
        assert set(cli("apply", "--log-level", "debug").exits(0).endings.values()) == {"unchanged"}
        assert [(task.state, task.exit_code) for task in runs()] == [("complete", 0)]
        assert service(docker_client, workflow_name)["JobStatus"]["JobIteration"] == {}
        assert {key: index for key, index in versions(docker_client).items() if "migrate" in key} == {
            key: index for key, index in before.items() if "migrate" in key
        }

    with step("it never is an update, nor has it a policy for those"):
        spec = service(docker_client, workflow_name)["Spec"]
        assert spec["Mode"] == {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}}
        assert spec["TaskTemplate"]["RestartPolicy"]["Condition"] == "none"

    with step("destroy takes the record too"):
        cli("destroy").exits(0)
        assert not [name for name in versions(docker_client) if workflow_name in name]


def test_a_failed_job_tells_its_exit_code_node_and_last_lines_and_runs_again(
    cli: Cli, workflow: Callable, runs: Callable
) -> None:
    workflow(HEAD + "command: [sh, -c, 'echo no such table; exit 3']}}\n" + IDLE)
    failed = cli("apply").exits(1)
    assert failed.endings["container.web"] == "skipped"
    ending = failed.ending("job.migrate")
    assert ending["to"] == "failed"
    assert ending["cause"].startswith("exited with code 3, on n")
    assert ending["code"] == "job-failed"
    assert "no such table" in failed.stdout
    assert [task.exit_code for task in runs()] == [3]

    workflow(HEAD + "command: [sh, -c, 'echo tables made']}}\n" + IDLE)
    assert cli("apply").exits(0).endings["job.migrate"] == "succeeded"
    assert [(task.state, task.exit_code) for task in runs()] == [("complete", 0)]


def test_a_job_is_tried_as_often_as_its_retries_allow(cli: Cli, workflow: Callable, runs: Callable) -> None:
    workflow(HEAD + "retries: 2, backoff: 100ms, command: [sh, -c, 'echo try; exit 1']}}")
    failed = cli("apply").exits(1)
    assert [event["line"] for event in failed.events if "line" in event] == ["try"] * 3
    assert "after 3 attempts" in failed.ending("job.migrate")["cause"]
    assert len(runs()) == 1


def test_a_job_that_no_node_takes_fails_with_the_reason(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str
) -> None:
    workflow(HEAD + "place: {constraints: [node.labels.disk==ssd]}, command: 'true'}}")
    failed = cli("apply").exits(1)
    assert "no suitable node" in failed.ending("job.migrate")["cause"]
    assert not [name for name in versions(docker_client) if name.startswith(f"service {workflow_name}")]


def test_a_job_that_takes_too_long_is_stopped_and_shows_what_it_wrote(
    cli: Cli, workflow: Callable, containers: Callable
) -> None:
    workflow(HEAD + "timeout: 15s, command: [sh, -c, 'echo at work; sleep infinity']}}")
    failed = cli("apply").exits(1)
    assert failed.ending("job.migrate")["code"] == "job-timeout"
    assert "at work" in failed.stdout
    until(containers, not_)


def test_what_changes_a_job_makes_it_run_anew_and_rerun_decides_about_the_rest(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str, runs: Callable
) -> None:
    workflow(HEAD + "command: [echo, one]}}")
    cli("apply").exits(0)
    first = service(docker_client, workflow_name)["ID"]

    with step("changed: another service, which has run once"):
        workflow(HEAD + "command: [echo, two]}}")
        assert cli("apply").exits(0).endings["job.migrate"] == "succeeded"
        second = service(docker_client, workflow_name)["ID"]
        assert second != first
        assert len(runs()) == 1

    with step("always: again without a change"):
        workflow(HEAD + "rerun: always, command: [echo, two]}}")
        cli("apply").exits(0)
        third = service(docker_client, workflow_name)["ID"]
        assert third != second

    with step("never: not even with one"):
        workflow(HEAD + "rerun: never, command: [echo, three]}}")
        cli("plan", "--detailed-exitcode").exits(0)


def test_a_job_whose_service_was_removed_by_hand_has_still_run(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str
) -> None:
    workflow(HEAD + "command: [echo, one]}}")
    cli("apply").exits(0)
    docker_client.services.get(f"{workflow_name}-migrate").remove()
    cli("plan", "--detailed-exitcode").exits(0)
    workflow(HEAD + "command: [echo, two]}}")
    assert cli("apply").exits(0).endings["job.migrate"] == "succeeded"
    cli("plan", "--detailed-exitcode").exits(0)
    cli("destroy").exits(0)
    assert not [name for name in versions(docker_client) if workflow_name in name]


def test_ctrl_c_stops_a_job_and_the_next_apply_runs_it_again(
    cli: Cli, workflow: Callable, containers: Callable
) -> None:
    workflow(SLOW + IDLE)
    interrupted = cli.start("apply").until_said("at work").send(SIGINT).finish().exits(130)
    assert interrupted.path("job.migrate")[-2:] == ["stopping", "cancelled"]
    until(containers, not_)
    assert cli("apply").exits(0).endings["job.migrate"] == "succeeded"


def test_the_run_of_a_job_outlives_a_killed_apply_and_the_next_one_waits_for_it(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str, runs: Callable
) -> None:
    workflow(SLOW)
    cli.start("apply").until_said("at work").send(SIGKILL).finish().exits(-SIGKILL)
    before = service(docker_client, workflow_name)["ID"]
    attached = cli("apply").exits(0)
    assert attached.endings["job.migrate"] == "succeeded"
    assert [event["line"] for event in attached.events if "line" in event] == ["at work", "done"]
    assert service(docker_client, workflow_name)["ID"] == before
    assert len(runs()) == 1


def test_a_run_that_a_killed_apply_left_has_ended_before_a_changed_job_runs(
    cli: Cli, workflow: Callable, runs: Callable
) -> None:
    workflow(HEAD + "command: [sh, -c, 'echo at work; sleep infinity']}}")
    cli.start("apply").until_said("at work").send(SIGKILL).finish().exits(-SIGKILL)
    workflow(HEAD + "command: 'true'}}")
    applied = cli("apply").exits(0)
    assert applied.path("job.migrate") == ["stopping", "creating", "starting", "running", "succeeded"]
    assert [task.state for task in runs()] == ["complete"]


@pytest.mark.parametrize("state", ["stopping", "creating", "starting", "running"])
def test_a_second_run_that_was_killed_is_completed_by_the_next_apply(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str, state: str
) -> None:
    workflow(HEAD + "command: 'true'}}")
    cli("apply").exits(0)
    workflow(HEAD + "command: [sleep, '0.5']}}")
    cli.start("apply").until("job.migrate", state).send(SIGKILL).finish().exits(-SIGKILL)
    cli("apply").exits(0)
    spec = service(docker_client, workflow_name)["Spec"]["TaskTemplate"]["ContainerSpec"]
    assert spec["Args"] == ["sleep", "0.5"]
    cli("plan", "--detailed-exitcode").exits(0)
    records = [name for name in versions(docker_client) if name.startswith("config runner.record.")]
    assert len(records) == 1


def test_an_apply_that_is_undone_as_a_whole_leaves_the_record_of_the_last_run(
    cli: Cli, workflow: Callable, runs: Callable
) -> None:
    workflow(HEAD + "command: 'true'}}")
    cli("apply").exits(0)
    broken = "containers: {web: {image: base, command: 'false', depends_on: [migrate]}}"
    workflow(HEAD + "command: [echo, two]}}\n" + broken)
    assert cli("apply", "--atomic").exits(5).endings["job.migrate"] == "rolled_back"
    assert runs() == []
    workflow(HEAD + "command: 'true'}}")
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_job_of_which_only_the_record_is_left_runs_again_when_its_secret_changes(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str, runs: Callable
) -> None:
    granted = "command: [cat, /run/secrets/key], secrets: [key]}}\nsecrets: {key: {file: key}}"
    workflow(HEAD + granted)
    (cli.folder / "key").write_text("one")
    cli("apply").exits(0)
    docker_client.services.get(f"{workflow_name}-migrate").remove()
    cli("plan", "--detailed-exitcode").exits(0)
    (cli.folder / "key").write_text("two")
    assert "job.migrate" in cli("plan", "--detailed-exitcode").exits(10).stdout
    applied = cli("apply").exits(0)
    assert [event["line"] for event in applied.events if event["event"] == "resource.output"] == ["two"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_job_that_was_run_once_more_by_hand_is_waited_for_and_recorded_anew(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str
) -> None:
    workflow(HEAD + "command: [sleep, '3']}}")
    cli("apply").exits(0)
    update_service(docker_client, f"{workflow_name}-migrate", lambda spec: spec["TaskTemplate"].update(ForceUpdate=1))
    assert cli("apply").exits(0).endings["job.migrate"] == "succeeded"
    cli("plan", "--detailed-exitcode").exits(0)
    assert len([name for name in versions(docker_client) if name.startswith("config runner.record.")]) == 1

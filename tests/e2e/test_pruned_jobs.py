"""A job's finished container may be pruned: the record of its run outlives that."""

from __future__ import annotations

from collections.abc import Callable
from signal import SIGKILL

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.live import Live
from tests.harness.step import step


def counting(rerun: str, text: str = "a") -> str:
    """A job that writes how often it has run into a volume."""
    command = f"[sh, -c, 'echo {text} >> /data/runs']"
    return f"""
        volumes: {{data: {{}}}}
        jobs: {{count: {{image: 'busybox:stable', volumes: ['data:/data'], rerun: {rerun}, command: {command}}}}}
        containers: {{web: {{<<: *idle, volumes: ['data:/data']}}}}
    """


def runs(live: Live, client: DockerClient) -> int:
    return int(client.containers.get(live.id("web")).exec_run(["wc", "-l", "/data/runs"]).output.split()[0])


@pytest.mark.parametrize("rerun", ["never", "on_change"])
def test_a_job_that_succeeded_does_not_run_again_when_its_container_was_pruned(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, rerun: str
) -> None:
    workflow(counting(rerun))
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
    docker_client.containers.prune()
    assert "count-1" not in live.containers

    with step("nothing is to be done, and it is still known to have succeeded"):
        cli("plan", "--detailed-exitcode").exits(0)
        rows = {row["address"]: row for row in cli("status", "-o", "json").exits(0).json["resources"]}
        assert (rows["job.count"]["sync"], rows["job.count"]["phase"]) == ("in sync", "succeeded")
        assert "its container was removed" in cli("inspect", "job.count").exits(0).stdout
        cli("apply").exits(0)
        assert runs(live, docker_client) == 1

    with step("a change is one for a job that minds"):
        workflow(counting(rerun, "b"))
        planned = cli("plan", "-o", "json").exits(0).json
        (change,) = [change for change in planned["changes"] if change["address"] == "job.count"]
        assert [diff["path"] for diff in change["diff"]] == (["command"] if rerun == "on_change" else [])
        cli("apply").exits(0)
        assert runs(live, docker_client) == (2 if rerun == "on_change" else 1)
        cli("plan", "--detailed-exitcode").exits(0)

    with step("destroy takes the record, and then it runs as if it never had"):
        cli("destroy").exits(0)
        assert {thing.partition(" ")[0] for thing in live.everything} == {"volume"}
        assert len(live.everything) == 1
        assert "job.count" in cli("plan").exits(0).stdout


def test_a_job_runs_again_when_the_volume_that_it_wrote_to_is_gone_with_its_container(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    for rerun, runs_again in (("on_change", True), ("never", False)):
        workflow(counting(rerun))
        cli("apply", "--yes").exits(0)
        for name in list(live.containers):
            docker_client.api.remove_container(f"{workflow_name}-{name}", force=True)
        docker_client.api.remove_volume(f"{workflow_name}_data")
        assert ("job.count" in cli("plan").exits(0).stdout) is runs_again
        cli("apply").exits(0)
        web = docker_client.containers.get(live.id("web"))
        assert (web.exec_run(["test", "-s", "/data/runs"]).exit_code == 0) is runs_again
        cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize("is_pruned", [False, True])
def test_a_job_that_is_done_does_not_mind_another_container_behind_the_namespace_that_it_shared(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live, is_pruned: bool
) -> None:
    text = """
        containers: {own: {<<: *idle, environment: {V: "1"}}}
        jobs: {once: {image: 'busybox:stable', command: ["true"], network_mode: "container:own"}}
    """
    workflow(text)
    cli("apply").exits(0)
    if is_pruned:
        docker_client.api.remove_container(live.id("once"))
    workflow(text.replace('"1"', '"2"'))
    assert "job.once" not in cli("plan").exits(0).stdout
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_pruned_job_minds_what_left_its_options_and_another_image(
    cli: Cli, workflow: Callable, docker_client: DockerClient
) -> None:
    job = "jobs: {{migrate: {{image: 'busybox:stable', command: ['true'], {}}}}}"
    workflow(job.format("environment: {A: a, B: b}, user: '1'"))
    cli("apply").exits(0)
    docker_client.containers.prune()
    workflow(job.format("environment: {A: a}"))
    (change,) = [c for c in cli("plan", "-o", "json").exits(0).json["changes"] if c["address"] == "job.migrate"]
    assert {diff["path"] for diff in change["diff"]} == {"environment.B", "user"}
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)

    docker_client.containers.prune()
    container = docker_client.api.create_container("busybox:stable")
    docker_client.api.commit(container, repository="runner-test/pruned", tag="1", conf={"Env": ["OTHER=1"]})
    docker_client.api.remove_container(container)
    workflow(job.format("environment: {A: a}").replace("busybox:stable", "runner-test/pruned:1"))
    (change,) = [c for c in cli("plan", "-o", "json").exits(0).json["changes"] if c["address"] == "job.migrate"]
    assert {diff["path"] for diff in change["diff"]} == {"image"}
    docker_client.images.remove("runner-test/pruned:1")


def test_a_job_that_failed_after_it_had_succeeded_is_not_taken_for_done_once_it_is_pruned(
    cli: Cli, workflow: Callable, docker_client: DockerClient
) -> None:
    job = "jobs: {{migrate: {{image: 'busybox:stable', command: [sh, -c, 'exit {}']}}}}"
    workflow(job.format(0))
    cli("apply").exits(0)
    workflow(job.format(1))
    cli("apply").exits(1)
    docker_client.containers.prune()
    workflow(job.format(0))
    assert "job.migrate  run  missing" in cli("plan").exits(0).stdout


def test_a_run_whose_record_was_lost_gets_it_back_without_running_again(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(counting("never"))
    cli("apply").exits(0)
    (record,) = docker_client.volumes.list(filters={"label": "runner.job"})
    record.remove()
    planned = cli("plan").exits(0).stdout
    assert "record" in planned
    cli("apply").exits(0)
    docker_client.containers.prune()
    cli("plan", "--detailed-exitcode").exits(0)
    assert runs(live, docker_client) == 1


def test_an_undone_run_leaves_the_record_of_the_one_before(
    cli: Cli, workflow: Callable, docker_client: DockerClient
) -> None:
    text = counting("on_change")
    workflow(text)
    cli("apply").exits(0)
    broken = (
        counting("on_change", "b") + "          broken: {<<: *idle, depends_on: [count], command: [no-such-program]}"
    )
    workflow(broken.replace("containers: {web: {<<: *idle, volumes: ['data:/data']}}", "containers:"))
    cli("apply", "--atomic").exits(5)
    docker_client.containers.prune()
    workflow(text)
    assert "job.count" not in cli("plan").exits(0).stdout


def test_where_a_prune_of_volumes_takes_records_the_plan_warns(
    cli: Cli, workflow: Callable, docker_client: DockerClient
) -> None:
    workflow(counting("never"))
    assert not cli("plan", "-o", "json").exits(0).json["warnings"]
    cli("apply").exits(0)
    docker_client.containers.prune()
    docker_client.volumes.prune()
    planned = cli("plan", "-o", "json").exits(0).json
    takes_all = tuple(map(int, docker_client.version()["ApiVersion"].split("."))) < (1, 42)
    assert [warning["code"] for warning in planned["warnings"]] == (["no-record"] if takes_all else [])
    counts = {change["address"]: change["action"] for change in planned["changes"]}
    assert counts["job.count"] == ("create" if takes_all else "no-op")


@pytest.mark.parametrize("pruned", [True, False])
def test_a_job_whose_new_run_was_killed_before_it_began_runs_with_the_next_apply(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, proxy: FaultProxy, pruned: bool
) -> None:
    workflow(counting("on_change"))
    cli("apply").exits(0)
    if pruned:
        docker_client.containers.prune()
    workflow(counting("on_change", "b"))
    proxy.break_with(Fault("kill_after", method="POST", path="^/containers/create"))
    assert cli("apply", env={"DOCKER_HOST": proxy.url}).exit_code < 0
    cli("apply").exits(0)
    assert runs(live, docker_client) == 2
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_job_that_is_never_to_run_again_lets_go_of_what_is_made_anew_under_it(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    def remade(label: str) -> str:
        return counting("never").replace("data: {}", f"data: {{labels: {{made: {label}}}}}")

    workflow(remade("first"))
    cli("apply").exits(0)

    with step("the plan says that it is only released, and so it is"):
        workflow(remade("second"))
        planned = cli("plan").exits(0).stdout
        assert "1 to release" in planned
        applied = cli("apply", "--yes").exits(0)
        assert applied.path("job.count") == ["waiting", "removing", "updating", "succeeded"]
        assert "count-1" not in live.containers
        assert docker_client.containers.get(live.id("web")).exec_run(["ls", "/data"]).output == b""
        cli("plan", "--detailed-exitcode").exits(0)

    with step("killed half-way, it is still known to have run"):
        workflow(counting("on_change"))
        cli("apply", "--yes").exits(0)
        workflow(remade("third"))
        cli.start("apply", "--yes").until("job.count", "removing").send(SIGKILL).finish().exits(-SIGKILL)
        cli("apply", "--yes").exits(0)
        assert docker_client.containers.get(live.id("web")).exec_run(["ls", "/data"]).output == b""
        cli("plan", "--detailed-exitcode").exits(0)

"""What the workflow has of entries that are switched off stays as it is, and so does what was never its own."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.inventory import inventory
from tests.harness.live import Live

BOTH = """
    networks: {inner: {}}
    volumes: {notes: {}}
    containers:
      web: *idle
      debug: {<<: *idle, networks: [default, inner], volumes: ["notes:/notes"]}
"""
WEB = "containers: {web: *idle}"

PROGRAM = dedent("""
    import os
    from runner.app import Headless, Source, Workspace, connect, load_workflow
    from runner.app import apply_workflow, destroy_workflow, plan_destroy, plan_workflow
    from runner.app.status import workflow_status
    from runner.core.address import Address
    from runner.core.struct import replace

    workspace, frontend = Workspace.for_user(os.environ), Headless(approves_all=True)
    workflow = load_workflow(Source("workflow.yaml"), workspace)
    off = frozenset({Address("container", "debug")})
    workflow = replace(workflow, desired=replace(workflow.desired, left_alone=off))
    with connect(workspace, redactors=[workflow.redactor]) as engine:
""")


def run(cli: Cli, code: str) -> str:
    """Run code with the workflow of which `debug` is switched off, on the engine; return what it prints."""
    return cli.python(PROGRAM + f"    {code}\n").exits(0).stdout


def test_what_is_switched_off_and_what_it_uses_is_neither_deleted_nor_stopped(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(BOTH)
    cli("apply").exits(0)
    workflow(WEB)
    before = inventory(docker_client)

    assert run(cli, "print(plan_workflow(workflow, engine, workspace).pending)").strip() == "()"
    assert run(cli, "print(apply_workflow(workflow, engine, workspace, frontend).name)").strip() == "OK"

    assert inventory(docker_client) == before
    assert live.runs("debug")


def test_the_status_shows_it_as_left_alone_and_a_stopped_one_is_not_started(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(BOTH)
    cli("apply").exits(0)
    docker_client.api.stop(live.id("debug"), timeout=1)
    workflow(WEB)

    shown = run(cli, "print([(str(row.address), row.sync.value) for row in workflow_status("
                     "workflow, engine, workspace).rows])")  # fmt: skip

    assert "('container.debug', 'left alone')" in shown
    assert "('volume.notes', 'left alone')" in shown
    assert "('container.web', 'in sync')" in shown
    run(cli, "apply_workflow(workflow, engine, workspace, frontend)")
    assert not live.runs("debug")


def test_a_destroy_removes_the_rest_as_compose_does_and_by_name_everything(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str
) -> None:
    workflow(BOTH)
    cli("apply").exits(0)
    workflow(WEB)

    run(cli, "destroy_workflow(workflow, engine, workspace, frontend, spared=())")

    assert {*live.containers} == {"debug-1"}
    assert live.runs("debug")
    kept = {"network": ["default", "inner"], "volume": ["notes"]}
    assert all(f"{kind} {workflow_name}_{key}" in live.everything for kind, keys in kept.items() for key in keys)
    cli("destroy", workflow_name, "--volumes", "--yes").exits(0)
    assert not live.everything


def test_what_is_switched_on_again_is_in_sync(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(BOTH)
    cli("apply").exits(0)
    id = live.id("debug")
    workflow(WEB)
    run(cli, "apply_workflow(workflow, engine, workspace, frontend)")
    workflow(BOTH)

    cli("plan", "--detailed-exitcode").exits(0)

    assert live.id("debug") == id


def test_containers_of_a_compose_project_that_were_never_adopted_are_not_touched(
    cli: Cli, workflow: Callable, docker_client: DockerClient, workflow_name: str
) -> None:
    labels = {"com.docker.compose.project": workflow_name, "com.docker.compose.service": "old"}
    other = docker_client.containers.run(
        "busybox:stable", ["sleep", "600"], name=f"{workflow_name}-old-1", labels=labels, detach=True, init=True
    )
    try:
        workflow(WEB)
        cli("apply").exits(0)
        cli("plan", "--detailed-exitcode").exits(0)
        cli("destroy", "--volumes", "--yes").exits(0)
        other.reload()
        assert other.status == "running"
    finally:
        other.remove(force=True)


PROFILE = """
    name: {name}
    services:
      web: {{image: "busybox:stable", command: [sleep, infinity], init: true}}
      debug:
        image: "busybox:stable"
        command: [sleep, infinity]
        init: true
        profiles: [debug]
        networks: [inner]
        volumes: ["notes:/notes"]
    networks: {{inner: {{}}}}
    volumes: {{notes: {{}}}}
"""


def test_what_a_compose_profile_used_stays_also_when_its_containers_are_gone(
    cli: Cli, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    file = cli.folder / "compose.yaml"
    file.write_text(dedent(PROFILE.format(name=workflow_name)), encoding="utf-8")
    cli("apply", "--profile", "debug").exits(0)
    told = cli("plan", "-v", "--detailed-exitcode").exits(0).stdout
    assert "Left alone, switched off: network.inner, volume.notes, container.debug" in told
    docker_client.api.remove_container(live.id("debug"), force=True)

    cli("apply").exits(0)
    assert f"volume {workflow_name}_notes" in live.everything
    file.write_text(file.read_text("utf-8").replace('volumes: ["notes:/notes"]', "").replace("networks: [inner]", ""))
    cli("apply").exits(0)

    assert f"volume {workflow_name}_notes" in live.everything
    cli("plan", "--detailed-exitcode").exits(0)
    cli("destroy", workflow_name, "--volumes", "--yes").exits(0)
    assert not live.everything


def test_a_name_of_what_is_switched_off_is_refused_with_what_helps(cli: Cli, workflow_name: str) -> None:
    file = cli.folder / "compose.yaml"
    named = PROFILE.format(name=workflow_name).replace(
        "profiles:", f"container_name: {workflow_name}-it\n        profiles:"
    )
    file.write_text(dedent(named), encoding="utf-8")
    cli("apply", "--profile", "debug").exits(0)
    file.write_text(file.read_text("utf-8").replace("  web: {", f"  web: {{container_name: {workflow_name}-it, "))
    told = cli("apply").exits(1).text
    assert f'the name "{workflow_name}-it" is still that of container.debug' in told
    assert "switch container.debug on too, by its profile, or remove it first" in told
    assert "--target" not in told
    cli("destroy", workflow_name, "--volumes", "--yes").exits(0)

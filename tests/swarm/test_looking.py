"""What runs on a swarm is seen through one manager: status, ls, inspect, logs and exec know of all nodes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from signal import SIGINT

import pytest
from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.services import Services
from tests.harness.swarm import Swarm
from tests.harness.until import until

Apply = Callable[..., Finished]

WEB = """\
networks: {default: {driver: overlay}}
containers:
  web:
    image: IMAGE
    command: [sh, -c, "echo hello from $$(hostname); exec sleep infinity"]
    hostname: "task-{{.Task.Slot}}"
    init: true
    replicas: 3
    stop_grace_period: 0s
    update: {settle: 0s}
    place: {max_per_node: 1}
"""
CRASHING = """\
  bad:
    image: IMAGE
    command: [sh, -c, "sleep 4; echo last words; exit 3"]
    init: true
    update: {settle: 0s}
"""


@pytest.fixture
def web(apply: Apply, services: Services) -> Services:
    """A service with a task on each node."""
    apply(WEB).exits(0)
    services.await_running("web", 3)
    return services


def test_status_tells_which_nodes_run_a_service(web: Services, cli: Cli) -> None:
    row = _row(cli("status", "-o", "json").exits(0), "container.web")
    assert (row["sync"], row["phase"]) == ("in sync", "running")
    assert (row["replicas"]["running"], row["replicas"]["wanted"]) == (3, 3)
    assert [share["node"] for share in row["replicas"]["nodes"]] == ["n1", "n2", "n3"]
    table = cli("status").exits(0).stdout
    assert "3/3" in table
    assert "n1, n2, n3" in table


def test_status_tells_why_replicas_are_missing(web: Services, cli: Cli) -> None:
    web.change("web", lambda spec: spec["Mode"]["Replicated"].update(Replicas=4))
    until(lambda: len(web.tasks("web")), lambda number: number == 4)
    row = until(
        lambda: _row(cli("status", "-o", "json").exits(0), "container.web"), lambda row: row["replicas"]["trouble"]
    )
    assert row["sync"] == "drifted"
    assert "max replicas per node" in row["replicas"]["trouble"]


def test_ls_lists_a_swarms_workflows_beside_the_engines(web: Services, cli: Cli, workflow_name: str) -> None:
    listed = {one["name"]: one for one in cli("ls", "-o", "json").exits(0).json["workflows"]}
    row = listed[workflow_name]
    assert (row["orchestrator"], row["running"], row["expected"]) == ("swarm", 1, 1)
    assert row["resources"]["container"] == 1


def test_inspect_tells_of_each_task(web: Services, cli: Cli) -> None:
    told = cli("inspect", "web", "-o", "json").exits(0).json
    assert {row["node"] for row in told["tasks"]} == {"n1", "n2", "n3"}
    assert told["replicas"] == "3 of 3"


def test_logs_come_from_every_node_with_its_name(web: Services, cli: Cli, workflow_name: str) -> None:
    nodes = {task.slot: task.node for task in web.tasks("web")}
    wanted = {f"hello from task-{slot}": node for slot, node in nodes.items()}

    def read(*which: str) -> dict[str, str]:
        lines = map(json.loads, cli("logs", "-o", "json", *which).exits(0).stdout.splitlines())
        return {line["line"]: line["node"] for line in lines}

    assert until(read, lambda found: found == wanted)
    assert read("--file", workflow_name) == wanted, "by its name, it is found on the swarm"
    assert read("web[2]") == {"hello from task-2": nodes["2"]}


def test_logs_have_the_last_words_of_tasks_that_failed(apply: Apply, cli: Cli, services: Services) -> None:
    apply(WEB + CRASHING)
    until(lambda: services.tasks("bad", wanted="shutdown"), lambda found: "failed" in [task.state for task in found])
    assert "last words" in cli("logs", "bad").exits(0).stdout


def test_logs_follow_tasks_that_are_born_later(web: Services, cli: Cli) -> None:
    following = cli.start("logs", "-f", "-o", "json", "web")
    old = {json.loads(following.next_line())["id"] for _ in range(3)}
    web.change("web", lambda spec: spec["TaskTemplate"].update(ForceUpdate=1))
    new = {json.loads(following.next_line())["id"] for _ in range(3)}
    assert len(old) == len(new) == 3
    assert not old & new
    following.send(SIGINT).finish().exits(130)


def test_a_program_runs_in_the_task_of_this_node(web: Services, cli: Cli) -> None:
    here = next(task for task in web.tasks("web") if task.node == "n1")
    assert cli("exec", "web", "--", "hostname").exits(0).stdout.strip() == f"task-{here.slot}"


def test_where_a_task_of_another_node_is_to_be_reached_is_told(web: Services, cli: Cli) -> None:
    there = next(task for task in web.tasks("web") if task.node == "n3")
    done = cli("exec", f"web[{there.slot}]", "--", "hostname").exits(125)
    assert "runs on n3" in done.stderr
    assert "docker -H ssh://n3 exec" in done.stderr


def test_what_runs_a_name_is_asked_for_where_both_have_it(
    web: Services, cli: Cli, docker_client: DockerClient, workflow_name: str
) -> None:
    labels = {"runner.workflow": workflow_name, "runner.address": "container.db"}
    docker_client.containers.create("busybox:stable", "true", name=f"{workflow_name}-db", labels=labels)
    assert "--engine" in cli("destroy", "-y", workflow_name).exits(2).stderr
    cli("destroy", "-y", workflow_name, "--engine", "docker").exits(0)
    assert not docker_client.containers.list(all=True, filters={"label": f"runner.workflow={workflow_name}"})
    assert web.document("web")
    cli("destroy", "-y", workflow_name).exits(0)
    assert not [thing for thing in web.existing if thing.startswith("service")]


def test_volumes_of_nodes_are_not_promised_to_go(apply: Apply, cli: Cli, services: Services) -> None:
    apply(WEB + "    volumes: ['data:/data']\nvolumes: {data: {}}\n").exits(0)
    done = cli("destroy", "-y", "--volumes").exits(2)
    assert "n1, n2, n3: docker volume rm" in done.stderr
    assert services.document("web")


def test_a_bundle_is_refused_as_nodes_would_not_have_its_images(web: Services, cli: Cli, tmp_path: Path) -> None:
    assert "registry" in cli("bundle", "--out", str(tmp_path / "b.tar")).exits(2).stderr


def test_a_rollback_brings_the_former_image_back(
    apply: Apply, cli: Cli, services: Services, releases: list[str]
) -> None:
    def digest() -> str:
        return str(services.spec("web")["TaskTemplate"]["ContainerSpec"]["Image"].partition("@")[2])

    apply(WEB).exits(0)
    first = digest()
    apply(WEB.replace("IMAGE", releases[1])).exits(0)
    assert digest() != first
    cli("rollback", "-y", timeout=120).exits(0)
    assert digest() == first


def test_a_check_asks_at_a_published_port(apply: Apply, cli: Cli, swarm: Swarm) -> None:
    port = swarm.free_port()
    served = f"""\
networks: {{default: {{driver: overlay}}}}
containers:
  web:
    image: IMAGE
    command: [httpd, -f, -p, "80", -h, /etc]
    init: true
    endpoint_mode: dnsrr
    ports: [{{target: 80, published: {port}, mode: host}}]
checks:
  page: {{http: {{url: "http://web/passwd"}}, timeout: 5s}}
  port: {{tcp: {{host: web, port: 80}}, timeout: 5s}}
"""
    apply(served).exits(0)
    cli("check").exits(0)
    apply(served.replace("http://web/passwd", "http://web/nothing")).exits(1)


def test_a_saved_plan_knows_what_runs_it(cli: Cli, releases: list[str], workflow_name: str, services: Services) -> None:
    file = cli.folder / "compose.yaml"
    file.write_text(f"name: {workflow_name}\nservices: {{web: {{image: '{releases[0]}', command: sleep 1000}}}}\n")
    cli("plan", "--engine", "swarm", "--out", "p.plan", "compose.yaml").exits(0)
    cli("apply", "p.plan", timeout=120).exits(0)
    assert any(thing.startswith("service ") for thing in services.existing)
    cli("plan", "--engine", "swarm", "--detailed-exitcode", "compose.yaml").exits(0)


def _row(done: Finished, address: str) -> dict:
    return next(row for row in done.json["resources"] if row["address"] == address)

"""Containers of a file as services: created, compared, changed in place, brought back, restarted and removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.services import Services
from tests.harness.step import step
from tests.harness.swarm import Swarm
from tests.harness.until import until

Apply = Callable[..., Finished]

WEB = """\
networks: {default: {driver: overlay}}
containers:
  web: {image: IMAGE, command: sleep infinity, init: true, replicas: 2}
"""


def _label(spec: dict[str, Any]) -> None:
    spec["TaskTemplate"]["ContainerSpec"]["Labels"] = {"hand": "made"}


def test_a_service_is_created_changed_and_brought_back(apply: Apply, cli: Cli, services: Services) -> None:
    with step("created, and a second plan is empty"):
        assert apply(WEB).exits(0).endings["container.web"] == "ready"
        before = services.await_running("web", 2)
        assert services.spec("web")["TaskTemplate"]["ContainerSpec"]["Init"] is True
        assert services.spec("web")["TaskTemplate"]["Networks"][0]["Aliases"] == ["web"]
        cli("plan", "--detailed-exitcode").exits(0)

    with step("the number of replicas changes in place"):
        done = apply(WEB.replace("replicas: 2", "replicas: 3")).exits(0)
        assert before < services.await_running("web", 3)
        assert "1 to update" in done.text

    with step("scaled by hand, it is scaled back"):
        apply(WEB).exits(0)
        services.change("web", lambda spec: spec["Mode"]["Replicated"].update(Replicas=1))
        assert apply(WEB).exits(0).reasons["container.web"] == ["drift"]
        before = services.await_running("web", 2)

    with step("another command rolls every task, and what nobody declared stays"):
        services.change("web", _label)
        done = apply(WEB.replace("infinity", "10000")).exits(0)
        assert not before & services.await_running("web", 2)
        assert "roll" in done.stdout
        assert services.records == 0
        assert services.spec("web")["TaskTemplate"]["ContainerSpec"]["Labels"] == {"hand": "made"}
        cli("plan", "--detailed-exitcode").exits(0)

    with step("a restart replaces every task by the same spec"):
        before = services.await_running("web", 2)
        cli("restart", "container.web", timeout=120).exits(0)
        assert not before & services.await_running("web", 2)
        cli("plan", "--detailed-exitcode").exits(0)
        assert services.records == 0


def test_tasks_are_replaced_one_after_another_unless_the_file_says_otherwise(apply: Apply, services: Services) -> None:
    web = "containers: {web: {image: IMAGE, command: sleep infinity, init: true, replicas: 2%s}}"
    apply(web % "").exits(0)
    told = services.spec("web")["UpdateConfig"]
    assert (told["Parallelism"], told["Monitor"], told["FailureAction"]) == (1, 5_000_000_000, "rollback")
    apply(web % ", update: {parallel: 2}").exits(0)
    assert services.spec("web")["UpdateConfig"]["Parallelism"] == 2


def test_a_service_that_left_the_file_is_removed_with_its_tasks(apply: Apply, services: Services) -> None:
    two = WEB + "  db: {image: IMAGE, command: sleep infinity, init: true}\n"
    apply(two).exits(0)
    assert apply(WEB).exits(0).endings["container.db"] == "removed"
    assert f"service {services.name('db')}" not in services.existing


def test_destroy_leaves_nothing(apply: Apply, cli: Cli, services: Services) -> None:
    apply(WEB).exits(0)
    cli("destroy", "-y").exits(0)
    assert services.existing == frozenset()


def test_what_is_not_restarted_by_the_swarm_is_by_the_next_apply_and_must_not_end(
    apply: Apply, cli: Cli, services: Services, swarm: Swarm
) -> None:
    text = 'containers: {web: {image: IMAGE, command: sleep infinity, init: true, restart: "no"}}'
    with step("it runs, and a second plan is empty"):
        apply(text).exits(0)
        (container,) = services.await_running("web", 1)
        cli("plan", "--detailed-exitcode").exits(0)

    with step("killed by hand, it is started again"):
        (task,) = services.tasks("web")
        with swarm.node(task.node).client() as client:
            client.containers.get(container).kill()
        until(lambda: services.tasks("web", wanted=None), lambda found: found[-1].exit_code is not None)
        assert apply(text).exits(0).reasons["container.web"] == ["drift"]
        assert services.await_running("web", 1) != {container}

    with step("what ends well is no service"):
        failed = apply(text.replace("sleep infinity", "'true'")).exits(5)
        assert "exited with code 0" in failed.ending("container.web")["cause"]
        assert "declare programs that exit as jobs" in failed.text
        services.await_running("web", 1)


def test_a_mode_is_changed_by_a_new_service(apply: Apply, cli: Cli, services: Services) -> None:
    apply(WEB).exits(0)
    before = services.document("web")["ID"]
    apply(WEB.replace("replicas: 2", "mode: global")).exits(0)
    assert services.document("web")["ID"] != before
    assert len(services.await_running("web", 3)) == 3
    cli("plan", "--detailed-exitcode").exits(0)


def test_an_update_by_hand_is_drift_and_taken_back(apply: Apply, cli: Cli, services: Services) -> None:
    labelled = WEB.replace("init: true", "init: true, labels: {team: a}")
    apply(labelled).exits(0)
    services.change("web", _label)
    assert "drift" in cli("plan", "--detailed-exitcode").exits(10).stdout
    apply(labelled).exits(0)
    assert services.spec("web")["TaskTemplate"]["ContainerSpec"]["Labels"] == {"team": "a"}


def test_a_key_that_left_the_file_goes_back_to_its_default(apply: Apply, cli: Cli, services: Services) -> None:
    apply(WEB.replace("init: true", "init: true, user: '1000', environment: {A: '1', B: '2'}")).exits(0)
    apply(WEB.replace("init: true", "init: true, environment: {B: '2'}")).exits(0)
    spec = services.spec("web")["TaskTemplate"]["ContainerSpec"]
    assert "User" not in spec
    assert spec["Env"] == ["B=2"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_foreign_service_of_the_name_is_not_touched(
    apply: Apply, docker_client: DockerClient, services: Services, releases: list[str]
) -> None:
    made = docker_client.services.create(releases[0], name=services.name("web"), command=["sleep", "infinity"])
    try:
        assert "name-taken" in apply(WEB).exits(1).text
        assert services.document("web")["ID"] == made.id
    finally:
        made.remove()


def test_services_start_in_the_order_of_depends_on(apply: Apply) -> None:
    text = WEB + (
        "  first: {image: IMAGE, init: true, command: sleep infinity,"
        ' healthcheck: {test: "true", interval: 200ms}}\n'
        "  second: {image: IMAGE, init: true, command: sleep infinity, depends_on: {first: healthy}}\n"
    )
    done = apply(text).exits(0)
    steps = [(event["address"], event["to"]) for event in done.events if "to" in event]
    assert steps.index(("container.first", "running")) < steps.index(("container.second", "creating"))


def test_a_service_is_ready_once_every_task_has_logged_it(apply: Apply, services: Services) -> None:
    late = 'command: [sh, -c, "sleep 1; echo listening on 80; exec sleep 1000"], ready: {log: "listening on [0-9]+"}'
    done = apply(WEB.replace("command: sleep infinity", late)).exits(0)
    assert any(event.get("answer", "").startswith("has not logged") for event in done.events if event.get("answer"))
    assert len(services.containers("web")) == 2


def test_a_service_is_ready_once_its_published_port_answers(apply: Apply, swarm: Swarm) -> None:
    port = swarm.free_port()
    serving = (
        'command: [sh, -c, "sleep 1; mkdir /w; echo hi > /w/index.html; exec httpd -f -p 80 -h /w"],'
        f" endpoint_mode: dnsrr, ports: [{{target: 80, published: '{port}', mode: host}}], ready: {{http: /}}"
    )
    apply(WEB.replace("command: sleep infinity", serving).replace("replicas: 2", "replicas: 3")).exits(0)
    assert {swarm.page(f"http://{node.address}:{port}/") for node in swarm.nodes} == {"hi\n"}


def test_a_probe_out_of_reach_is_refused_with_its_place(cli: Cli, workflow: Callable[..., Path]) -> None:
    workflow("containers:\n  web: {image: x, ready: {tcp: 80}}\n")
    assert "workflow.yaml:" in cli("validate").exits(2).stderr

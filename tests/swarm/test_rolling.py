"""Updates that fail: each service goes back to its last good spec, and the run says why, where and with what output."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.harness.cli import Cli, Finished
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.services import Services
from tests.harness.step import step
from tests.harness.swarm import Swarm
from tests.harness.until import until

Apply = Callable[..., Finished]

GOOD = """\
networks: {default: {driver: overlay}}
containers:
  web: {image: IMAGE, command: sleep infinity, init: true, replicas: 2}
"""
EXITS = 'command: [sh, -c, "echo no database; exit 3"]'


def _with(keys: str) -> str:
    """Return the workflow with keys in the place of the command."""
    return GOOD.replace("command: sleep infinity", keys)


def _assert_as_before(services: Services, cli: Cli, before: dict[str, object]) -> None:
    """Assert that the service is as it was, to the last key, and that nothing else is left."""
    assert dict(services.spec("web")) == before
    assert len(services.await_running("web", 2)) == 2
    assert services.records == 0


@pytest.fixture
def good(apply: Apply, services: Services) -> dict[str, object]:
    """The spec of a service that runs."""
    apply(GOOD).exits(0)
    services.await_running("web", 2)
    return dict(services.spec("web"))


def test_whatever_fails_is_rolled_back_with_its_reason(
    apply: Apply, cli: Cli, services: Services, good: dict[str, object], releases: list[str]
) -> None:
    def failure(text: str) -> dict[str, Any]:
        done = apply(text).exits(5)
        assert done.endings["container.web"] == "rolled_back"
        _assert_as_before(services, cli, good)
        return done.ending("container.web")

    for order in ("stop-first", "start-first"):
        with step(f"a command that exits, {order}: its last words are told"):
            failed = failure(_with(f"{EXITS}, update: {{order: {order}}}"))
            assert "exited with code 3, on n" in failed["cause"]
            assert failed["exit_code"] == 3
            assert failed["tail"] == ["no database"]

    with step("a program that does not exist"):
        assert "/nope" in failure(_with("command: /nope").replace("init: true", "init: false"))["cause"]

    with step("an image that no node can pull"):
        gone = releases[0].replace(":1", "@sha256:" + "0" * 64)
        assert failure(GOOD.replace("IMAGE", gone))["code"] == "unreachable-image"

    with step("an unhealthy task"):
        check = "healthcheck: {test: 'false', interval: 200ms, retries: 1}"
        assert failure(_with(f"command: sleep infinity, {check}"))["code"] == "healthcheck-failed"

    with step("a task that dies while it is watched"):
        failure(_with('command: [sh, -c, "sleep 2; exit 7"], update: {settle: 4s, monitor: 500ms}'))

    with step("no node fits: told soon"):
        failed = failure(_with('command: sleep 1000, place: {constraints: "node.hostname==n9"}'))
        assert failed["code"] == "no-suitable-node"
        assert "no suitable node" in failed["cause"]

    with step("the file as it was is no change after all that"):
        assert apply(GOOD).exits(0).endings["container.web"] == "unchanged"


def test_with_start_first_a_former_task_runs_on(apply: Apply, services: Services) -> None:
    first = GOOD.replace("replicas: 2", "replicas: 2, update: {order: start-first}")
    apply(first).exits(0)
    before = services.await_running("web", 2)
    apply(first.replace("command: sleep infinity", 'command: [sh, -c, "sleep 0.3; exit 3"]')).exits(5)
    assert before & services.containers("web")


def test_a_host_port_that_another_program_has_is_rolled_back(
    apply: Apply, cli: Cli, services: Services, good: dict[str, object], swarm: Swarm
) -> None:
    port = swarm.free_port()
    listening = f"import socket,time; s=socket.create_server(('0.0.0.0', {port})); time.sleep(60)"
    programs = [subprocess.Popen([*node.prefix, sys.executable, "-c", listening]) for node in swarm.nodes]
    try:
        keys = f"endpoint_mode: dnsrr, ports: [{{target: 80, published: '{port}', mode: host}}]"
        done = apply(_with(f"command: sleep infinity, {keys}")).exits(5)
        assert done.ending("container.web")["code"] == "port-taken"
        _assert_as_before(services, cli, good)
    finally:
        for program in programs:
            program.kill()
            program.wait()


def test_what_is_to_be_kept_is_kept(apply: Apply, services: Services, good: dict[str, object]) -> None:
    done = apply(_with(f"{EXITS}, update: {{on_failure: keep}}")).exits(1)
    assert "kept as configured" in done.ending("container.web")["cause"]
    assert services.command("web")[0] == "sh"
    assert services.records == 0


def test_an_atomic_run_takes_every_service_back(apply: Apply, services: Services) -> None:
    two = GOOD + "  db: {image: IMAGE, command: sleep infinity, init: true}\n"
    apply(two).exits(0)
    before = services.spec("web"), services.spec("db")
    changed = two.replace(
        "web: {image: IMAGE, command: sleep infinity", f"web: {{image: IMAGE, {EXITS}, depends_on: [db]"
    )
    apply(
        changed.replace("db: {image: IMAGE, command: sleep infinity", "db: {image: IMAGE, command: sleep 1000"),
        "--atomic",
    ).exits(5)
    assert (services.spec("web"), services.spec("db")) == before
    assert services.records == 0


def test_an_atomic_run_brings_back_what_it_removed(apply: Apply, services: Services) -> None:
    two = GOOD + "  db: {image: IMAGE, command: sleep infinity, init: true}\n"
    apply(two).exits(0)
    before = services.spec("db")
    apply(_with(EXITS), "--atomic").exits(5)
    assert services.spec("db") == before
    services.await_running("db", 1)


# --- a run that ends in the middle


SLOW = _with(
    'command: [sh, -c, "exec sleep 1000"], healthcheck: {test: test -e /ready, interval: 500ms, retries: 1000}'
)
"""A service whose tasks never become healthy, nor fail."""


def _begin(cli: Cli, workflow: Callable[..., Path], services: Services, releases: list[str]):  # type: ignore[no-untyped-def]
    """Begin to roll the service, and wait until the swarm has the new spec."""
    workflow(SLOW.replace("IMAGE", releases[0]))
    running = cli.start("apply", "-y", "--timeout", "60s")
    until(lambda: services.command("web"), lambda command: command[0] == "sh")
    return running


def test_an_interrupted_roll_is_undone(
    cli: Cli, workflow: Callable[..., Path], services: Services, releases: list[str], good: dict[str, object]
) -> None:
    running = _begin(cli, workflow, services, releases)
    running.send(signal.SIGINT)
    running.finish(90).exits(130)
    _assert_as_before(services, cli, good)


def test_what_a_killed_run_left_is_told_and_completed(
    apply: Apply,
    cli: Cli,
    workflow: Callable[..., Path],
    services: Services,
    releases: list[str],
    good: dict[str, object],
) -> None:
    running = _begin(cli, workflow, services, releases)
    running.send(signal.SIGKILL)
    running.finish()
    assert services.records == 1
    assert '"rolling"' in cli("plan").exits(0).stdout
    done = apply(SLOW.replace("test -e /ready", "true")).exits(0)
    assert done.endings["container.web"] == "ready"
    assert services.records == 0
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_a_killed_run_left_goes_back_to_what_was_good_before(
    apply: Apply,
    cli: Cli,
    workflow: Callable[..., Path],
    services: Services,
    releases: list[str],
    good: dict[str, object],
) -> None:
    running = _begin(cli, workflow, services, releases)
    running.send(signal.SIGKILL)
    running.finish()
    apply(_with(EXITS)).exits(5)
    _assert_as_before(services, cli, good)


def test_a_killed_run_that_had_only_written_the_record_is_completed(
    apply: Apply,
    cli: Cli,
    workflow: Callable[..., Path],
    services: Services,
    releases: list[str],
    good: dict[str, object],
) -> None:
    running = _begin(cli, workflow, services, releases)
    running.send(signal.SIGKILL)
    running.finish()
    services.change("web", lambda spec: (spec.clear(), spec.update(good)))
    apply(GOOD).exits(0)
    _assert_as_before(services, cli, good)


# --- somebody else's hands


def test_a_spec_that_is_changed_while_it_is_rolled_is_an_error(
    cli: Cli, workflow: Callable[..., Path], services: Services, releases: list[str], good: dict[str, object]
) -> None:
    running = _begin(cli, workflow, services, releases)
    services.change("web", lambda spec: spec["TaskTemplate"]["ContainerSpec"].update(Args=["sleep", "77"]))
    done = running.finish(90).exits(5)
    ending = done.ending("container.web")
    assert "changed by somebody else" in ending["cause"]
    assert ending["code"] == "changed-meanwhile"
    _assert_as_before(services, cli, good)


@pytest.fixture
def apply_beside(
    cli: Cli,
    workflow: Callable[..., Path],
    services: Services,
    releases: list[str],
    proxy: FaultProxy,
    good: dict[str, object],
) -> Callable[[Callable[[], object]], Finished]:
    """Apply another command of a service that runs, with a deed of somebody else's between the plan and its step."""

    def apply_beside(deed: Callable[[], object]) -> Finished:
        workflow(_with("command: sleep 1000").replace("IMAGE", releases[0]))
        update = f"/services/{services.document('web')['ID']}/update"
        proxy.break_with(Fault("do", method="POST", path=update, deed=deed))
        return cli("apply", "-y", env={"DOCKER_HOST": proxy.url}, timeout=120)

    return apply_beside


def test_changes_of_others_beside_those_declared_are_no_conflict(
    apply_beside: Callable[..., Finished], services: Services
) -> None:
    apply_beside(lambda: services.change("web", lambda spec: spec["Labels"].update(note="mine"))).exits(0)
    assert services.command("web") == ["sleep", "1000"]
    assert services.spec("web")["Labels"]["note"] == "mine"


def test_a_change_of_what_is_declared_since_the_plan_is_left_to_the_next_plan(
    apply_beside: Callable[..., Finished], cli: Cli, services: Services, good: dict[str, Any]
) -> None:
    def scale() -> None:
        services.change("web", lambda spec: spec["Mode"]["Replicated"].update(Replicas=1))

    ending = apply_beside(scale).exits(1).ending("container.web")
    assert (ending["code"], "replicas" in ending["cause"]) == ("changed-meanwhile", True)
    left = services.spec("web")
    assert left["TaskTemplate"] == good["TaskTemplate"]
    assert left["Mode"]["Replicated"]["Replicas"] == 1
    cli("apply", "-y", timeout=120).exits(0)
    assert services.command("web") == ["sleep", "1000"]
    assert services.spec("web")["Mode"] == good["Mode"]

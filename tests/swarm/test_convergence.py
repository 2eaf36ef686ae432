"""When a service counts as deployed: not when the swarm says so, but once its tasks run on nodes that are up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.cli import Cli, Finished
from tests.harness.services import Services
from tests.harness.swarm import Node, Swarm
from tests.harness.swarm_state import tasks
from tests.harness.until import until
from tests.harness.workflow_file import write_workflow

Apply = Callable[..., Finished]

NETWORK = "networks: {default: {driver: overlay}}\n"


def _web(keys: str) -> str:
    return f"{NETWORK}containers:\n  web: {{image: IMAGE, init: true, {keys}}}\n"


def test_a_first_deployment_that_crashes_fails_and_goes(apply: Apply, services: Services) -> None:
    done = apply(_web('command: [sh, -c, "echo no config; exit 9"], replicas: 2')).exits(1)
    failed = done.ending("container.web")
    assert failed["exit_code"] == 9
    assert failed["tail"] == ["no config"]
    assert f"service {services.name('web')}" not in services.existing
    assert services.records == 0


def test_a_first_deployment_that_crashes_a_moment_later_fails_and_goes(apply: Apply, services: Services) -> None:
    apply(_web('command: [sh, -c, "sleep 1.5; exit 9"], update: {settle: 4s}')).exits(1)
    assert f"service {services.name('web')}" not in services.existing


def test_a_first_deployment_that_fits_nowhere_fails_soon_with_the_reason(apply: Apply, services: Services) -> None:
    done = apply(_web('command: sleep infinity, place: {constraints: "node.labels.disk==none"}')).exits(1)
    failed = done.ending("container.web")
    assert "no suitable node (scheduling constraints not satisfied on 3 nodes)" in failed["cause"]
    assert f"service {services.name('web')}" not in services.existing


def test_more_tasks_than_nodes_take_are_told_with_the_reason(apply: Apply, services: Services) -> None:
    done = apply(_web("command: sleep infinity, replicas: 4, place: {max_per_node: 1}")).exits(1)
    assert "max replicas per node" in done.ending("container.web")["cause"]
    assert f"service {services.name('web')}" not in services.existing


def test_a_service_that_can_not_grow_stays_as_it_was(apply: Apply, services: Services) -> None:
    text = _web("command: sleep infinity, replicas: 3, place: {max_per_node: 1}")
    apply(text).exits(0)
    before = services.spec("web"), services.await_running("web", 3)
    apply(text.replace("replicas: 3", "replicas: 4")).exits(5)
    assert (services.spec("web"), services.await_running("web", 3)) == before


def test_a_deployment_that_takes_too_long_ends_with_its_deadline(apply: Apply, services: Services) -> None:
    slow = "healthcheck: {test: 'false', interval: 1s, retries: 1000}"
    apply(_web("command: sleep infinity")).exits(0)
    done = apply(_web(f"command: sleep 1000, {slow}, update: {{timeout: 5s}}")).exits(5)
    assert "not running within 5 s" in done.ending("container.web")["cause"]
    assert services.command("web") == ["sleep", "infinity"]


def test_a_service_in_each_of_many_is_waited_for_at_the_same_time(apply: Apply, services: Services) -> None:
    late = "command: sleep infinity, healthcheck: {test: test $(cut -d. -f1 /proc/uptime) -gt 0, interval: 1s}"
    many = "".join(f"  web{number}: {{image: IMAGE, init: true, {late}}}\n" for number in range(8))
    done = apply(f"{NETWORK}containers:\n{many}").exits(0)
    assert [state for address, state in done.endings.items() if address.startswith("container.")] == ["ready"] * 8


def test_tasks_that_wait_for_ports_of_those_that_stop_are_waited_for(
    apply: Apply, services: Services, swarm: Swarm
) -> None:
    """Those before take their time to stop: longer than a task may wait for a node that fits."""
    ports = f"endpoint_mode: dnsrr, ports: [{{target: 80, published: '{swarm.free_port()}', mode: host}}]"
    keys = f"replicas: 3, {ports}, stop_grace_period: 30s, update: {{parallel: 0, settle: 0s, monitor: 500ms}}"
    slow = "[sh, -c, \"trap 'sleep 4; exit' TERM; while :; do sleep 0.1; done\"]"
    apply(_web(f"command: {slow}, {keys}")).exits(0)
    apply(_web(f"command: sleep infinity, {keys}")).exits(0)
    assert [task.state for task in services.tasks("web")] == ["running"] * 3
    assert services.command("web") == ["sleep", "infinity"]


def test_a_global_service_is_converged_once_the_last_of_its_tasks_is_healthy(apply: Apply, services: Services) -> None:
    check = "healthcheck: {test: test -e /ready, interval: 200ms, retries: 100}"
    late = '[sh, -c, "sleep 1; touch /ready; exec sleep RELEASE"]'
    text = _web(f"command: {late}, mode: global, {check}, stop_grace_period: 1s, update: {{monitor: 500ms}}")
    apply(text.replace("RELEASE", "1000")).exits(0)
    before = services.containers("web")
    apply(text.replace("RELEASE", "2000")).exits(0)
    there = services.tasks("web", wanted=None)
    assert not before & services.containers("web")
    assert len([task for task in there if task.state == "running" == task.wanted]) == 3
    assert [task for task in there if task.wanted == "ready"] == []


def test_a_task_on_a_node_without_power_counts_as_none(
    private_swarms: Callable[..., Swarm], clients: Callable[..., Cli]
) -> None:
    swarm, name = private_swarms(heartbeat=1), "powerless"
    cli = clients(at=swarm)
    image = swarm.publish(swarm.start_registry(), "base", 1)[0]
    text = _web("command: sleep infinity, replicas: 3, place: {max_per_node: 1}").replace("IMAGE", image)
    write_workflow(cli.folder, name, text, head="engine: swarm\n")
    cli("apply", "-y", timeout=120).exits(0)
    with swarm.client(timeout=60) as client:
        lost = swarm.nodes[-1]
        swarm.down(lost)
        until(lambda: swarm.states(client)[lost.name], lambda state: state == "down", 60)
        assert '"2 of 3 running"' in cli("plan").exits(0).stdout
        done = cli("apply", "-y", "--timeout", "40s", timeout=120)
        assert "max replicas per node" in done.ending("container.web")["cause"]
        assert done.exit_code != 0


def _changed_since_applied(swarm: Swarm, cli: Cli, keys: str) -> None:
    """Apply a service of three tasks, and write its file with another command, which a roll is needed for."""
    image = swarm.publish(swarm.start_registry(), "base", 1)[0]
    text = _web(f"command: sleep infinity, replicas: 3, {keys}").replace("IMAGE", image)
    write_workflow(cli.folder, "powercut", text, head="engine: swarm\n")
    cli("apply", "-y", timeout=120).exits(0)
    write_workflow(cli.folder, "powercut", text.replace("infinity", "10000"), head="engine: swarm\n")


def _assert_runs_without(node: Node, swarm: Swarm, cli: Cli) -> None:
    with swarm.client(timeout=60) as client:
        there = [task for task in tasks(client, "powercut-web") if task.node != node.name]
        assert [task.state for task in there] == ["running"] * 3
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_node_that_loses_its_power_during_a_roll_is_waited_out(
    private_swarms: Callable[..., Swarm], clients: Callable[..., Cli]
) -> None:
    swarm = private_swarms(heartbeat=1)
    cli, lost = clients(at=swarm), swarm.nodes[-1]
    _changed_since_applied(swarm, cli, "update: {delay: 2s}")
    running = cli.start("apply", "-y", "--timeout", "120s")
    running.until("container.web", "updating")
    swarm.down(lost)
    running.finish(180).exits(0)
    _assert_runs_without(lost, swarm, cli)


@pytest.mark.parametrize("order", ["stop-first", "start-first"])
def test_tasks_that_were_given_to_a_node_that_is_gone_do_not_hold_a_roll_up(
    private_swarms: Callable[..., Swarm], clients: Callable[..., Cli], order: str
) -> None:
    """The swarm itself waits for such a task for good, though it runs another one in its place."""
    swarm = private_swarms(heartbeat=2)
    cli, lost = clients(at=swarm), swarm.nodes[-1]
    _changed_since_applied(swarm, cli, f"update: {{order: {order}}}")
    swarm.down(lost)
    cli("apply", "-y", "--timeout", "120s", timeout=180).exits(0)
    _assert_runs_without(lost, swarm, cli)

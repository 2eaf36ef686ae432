"""How a new container takes the place of an old one: in which order, proven by what, and what a client sees of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from docker import APIClient, DockerClient

from runner.core.engine_answers import ExecResult
from runner.core.event import Event, Transition
from runner.core.plan import Plan
from runner.core.resource_state import State
from runner.daemon.containers import Containers
from tests.engine.web import SLEEPER
from tests.harness.image import BASE
from tests.harness.workflow import Sections, Workflow, pending

SERVER = {"image": BASE, "init": True, "command": ["httpd", "-f", "-p", "80", "-h", "/etc"]}
START_FIRST = {"order": "start-first", "settle": "0.3s"}
UPDATES = int(os.environ.get("RUNNER_TEST_UPDATES", "4"))
CLIENTS = 4
GIVEN_UP_AFTER = 5
"""Seconds until a client gives a request up: TCP tries to connect after one and after three once more."""
ASK_ON = f"""
ask() {{
  while ! [ -e /stop ]; do
    timeout {GIVEN_UP_AFTER} wget -q -O /dev/null http://web/group && echo ok >>/told.$1 || echo lost >>/told.$1
    usleep 5000
  done
}}
for i in $(seq {CLIENTS}); do ask $i & done
wait
touch /ended
sleep 600
"""


def web(release: int, update: dict[str, Any] | None = None, **options: Any) -> Sections:
    """Declare a server of which each release is another container."""
    base = {**SERVER, "environment": {"RELEASE": str(release)}, **options}
    return {"containers": {"web": {**base, **({"update": update} if update else {})}}}


def final(events: Sequence[Event], address: str) -> Transition:
    """Return how a resource ended."""
    return next(e for e in events if isinstance(e, Transition) and str(e.address) == address and e.after.is_final)


def containers(api: APIClient, workflow: Workflow) -> dict[str, str]:
    """Return the ids of a workflow's containers by name."""
    listed = api.containers(all=True, filters={"label": f"runner.workflow={workflow.name}"})
    return {one["Names"][0].lstrip("/").removeprefix(f"{workflow.name}-"): one["Id"] for one in listed}


@pytest.fixture
def api(docker_client: DockerClient) -> APIClient:
    """The engine past runner."""
    return docker_client.api


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody on the workflow's network who asks http://web again and again, always on a new connection."""

    api: APIClient
    id: str
    since: float

    def told(self) -> list[list[str]]:
        """Let every asker come to its end; return what each saw, "ok" or "lost"."""
        self._run("sh", "-c", "touch /stop; until [ -e /ended ]; do sleep 0.1; done")
        return [self._run("cat", f"/told.{number}").split() for number in range(1, CLIENTS + 1)]

    def asked(self) -> int:
        """Return how many requests there have been."""
        return len(self._run("sh", "-c", "cat /told.*").split())

    def _run(self, *argv: str) -> str:
        made = self.api.exec_create(self.id, list(argv))["Id"]
        return str(self.api.exec_start(made).decode())


@contextmanager
def client_of(api: APIClient, workflow: Workflow) -> Iterator[Client]:
    host_config = api.create_host_config(network_mode=f"{workflow.name}_default", init=True)
    id = api.create_container(BASE, ["sh", "-c", ASK_ON], host_config=host_config)["Id"]
    try:
        api.start(id)
        yield Client(api, id, time.monotonic())
    finally:
        api.remove_container(id, force=True)


def test_a_client_of_a_start_first_update_loses_no_request(workflow: Workflow, api: APIClient) -> None:
    workflow.apply(web(0, START_FIRST))
    with client_of(api, workflow) as client:
        for release in range(1, UPDATES + 1):
            workflow.apply(web(release, START_FIRST))
        rate = client.asked() / (time.monotonic() - client.since)
        told = client.told()
    lost = [answers.count("lost") for answers in told]
    assert lost == [0] * CLIENTS, f"lost by each of {CLIENTS} clients in {UPDATES} updates"
    assert all(answers[-1] == "ok" for answers in told)
    assert rate >= 50, f"{rate:.0f} requests a second show nothing"
    assert set(containers(api, workflow)) == {"web-1"}


def test_who_is_connected_to_the_old_one_stays_so_until_that_is_asked_to_stop(
    workflow: Workflow, api: APIClient
) -> None:
    stream = ["nc", "-ll", "-p", "90", "-e", "sh", "-c", "while :; do echo on; usleep 50000; done"]
    workflow.apply(web(0, START_FIRST, command=stream))
    host_config = api.create_host_config(network_mode=f"{workflow.name}_default", init=True)
    reader = api.create_container(BASE, ["nc", "web", "90"], host_config=host_config)["Id"]
    try:
        api.start(reader)
        old, began = containers(api, workflow)["web-1"], int(time.time())
        workflow.apply(web(1, START_FIRST, command=stream))
        asked = {"container": old, "event": "kill"}
        (killed,) = api.events(since=began, until=int(time.time()) + 1, filters=asked, decode=True)
        until = api.logs(reader, timestamps=True, tail=1).decode().partition(" ")[0]
    finally:
        api.remove_container(reader, force=True)
    heard = datetime.fromisoformat(until[:26] + "+00:00").timestamp()
    assert abs(heard - killed["timeNano"] / 1e9) < 0.5


def test_a_start_first_one_that_fails_never_disturbs_the_old_one(workflow: Workflow, api: APIClient) -> None:
    workflow.apply(web(0, START_FIRST))
    before, name = containers(api, workflow), f"{workflow.name}-web-1"
    started = api.inspect_container(name)["State"]["StartedAt"]
    endpoint = api.inspect_container(name)["NetworkSettings"]["Networks"]

    events = workflow.carry_out(workflow.plan(web(1, START_FIRST, command=["sh", "-c", "exit 3"])))

    assert final(events, "container.web").after is State.ROLLED_BACK
    assert containers(api, workflow) == before
    assert api.inspect_container(name)["State"]["StartedAt"] == started
    assert api.inspect_container(name)["NetworkSettings"]["Networks"] == endpoint


def test_a_start_first_one_answers_to_nobody_before_it_is_proven(workflow: Workflow, api: APIClient) -> None:
    unproven = {"test": ["CMD", "false"], "interval": "0.2s", "retries": 1000}
    workflow.apply(web(0, START_FIRST))
    names: list[list[str]] = []

    def look() -> None:
        found = api.containers(filters={"name": f"{workflow.name}-web-1.new"})
        if found:
            inspect = api.inspect_container(found[0]["Id"])
            names.append(inspect["NetworkSettings"]["Networks"][f"{workflow.name}_default"]["Aliases"] or [])

    update = {**START_FIRST, "timeout": "2s"}
    events = watched(workflow, workflow.plan(web(1, update, healthcheck=unproven)), State.RUNNING, look)

    assert final(events, "container.web").cause == "new container not healthy within 2 s; restored the previous one"
    assert names
    assert all("web" not in given for given in names)


def watched(workflow: Workflow, plan: Plan, state: State, look: Callable[[], None]) -> list[Event]:
    """Carry a plan out, and look whenever something has come to a state."""
    seen: list[Event] = []
    for event in workflow.happenings(plan):
        seen.append(event)
        if isinstance(event, Transition) and event.after is state:
            look()
    return seen


def test_a_fixed_address_and_other_names_are_there_again_after_a_rollback(workflow: Workflow, api: APIClient) -> None:
    front = {"front": {"ipam": {"config": [{"subnet": "10.91.7.0/24"}]}}}
    place = {"networks": {"front": {"ipv4_address": "10.91.7.9", "aliases": ["shop"]}}}
    workflow.apply({**web(0, **place), "networks": front})
    before, name = containers(api, workflow), f"{workflow.name}-web-1"

    workflow.carry_out(workflow.plan({**web(1, command=["sh", "-c", "exit 3"], **place), "networks": front}))

    endpoint = api.inspect_container(name)["NetworkSettings"]["Networks"][f"{workflow.name}_front"]
    assert containers(api, workflow) == before
    assert endpoint["IPAddress"] == "10.91.7.9"
    assert {"web", "shop"} <= set(endpoint["Aliases"])


@pytest.mark.parametrize("order", ["stop-first", "start-first"])
def test_data_in_anonymous_volumes_moves_along_in_either_order(
    workflow: Workflow, docker_client: DockerClient, order: str
) -> None:
    def release(number: int) -> Sections:
        return web(number, {"order": order, "settle": "0.2s"}, volumes=["/data"])

    workflow.apply(release(0))
    docker_client.containers.get(f"{workflow.name}-web-1").exec_run(["touch", "/data/kept"])
    workflow.apply(release(1))
    assert docker_client.containers.get(f"{workflow.name}-web-1").exec_run(["ls", "/data"]).output == b"kept\n"


def test_one_that_ends_within_its_settle_time_is_rolled_back_and_a_shorter_time_is_up_sooner(
    workflow: Workflow, api: APIClient
) -> None:
    workflow.apply(web(0))
    before = containers(api, workflow)
    short_lived = ["sh", "-c", "sleep 2; exit 3"]
    events = workflow.carry_out(workflow.plan(web(1, {"settle": "5s"}, command=short_lived)))
    assert final(events, "container.web").after is State.ROLLED_BACK
    assert containers(api, workflow) == before


def test_one_that_fails_is_kept_where_that_is_asked_for_and_planned_again(workflow: Workflow, api: APIClient) -> None:
    workflow.apply(web(0, {"on_failure": "keep"}))
    before = containers(api, workflow)
    bad = web(1, {"on_failure": "keep"}, command=["sh", "-c", "echo why; exit 3"])

    ended = final(workflow.carry_out(workflow.plan(bad)), "container.web")

    assert ended.after is State.FAILED
    assert ended.cause == "exited with code 3; kept as configured, the previous one was removed"
    assert set(containers(api, workflow)) == {"web-1"}
    assert containers(api, workflow) != before
    assert api.logs(f"{workflow.name}-web-1") == b"why\n"
    assert pending(workflow.plan(bad)) == {"container.web": "update"}
    workflow.apply(web(2, {"on_failure": "keep"}))


def rolling(release: int, **options: Any) -> Sections:
    return {"containers": {"web": {**SLEEPER, "replicas": 3, "environment": {"RELEASE": str(release)}, **options}}}


def test_replicas_roll_one_after_another(workflow: Workflow) -> None:
    workflow.apply(rolling(0))
    events = workflow.carry_out(workflow.plan(rolling(1, update={"settle": "0.2s"})))
    begun = [(str(e.address), e.after) for e in events if isinstance(e, Transition)]
    order = [place for place in begun if place[1] in (State.STOPPING, State.RUNNING)]
    assert order == [
        (address, state)
        for address in ("container.web", "container.web[2]", "container.web[3]")
        for state in (State.STOPPING, State.RUNNING)
    ]


def test_a_first_replica_that_fails_leaves_the_others_untouched(workflow: Workflow, api: APIClient) -> None:
    workflow.apply(rolling(0))
    before = containers(api, workflow)
    started = {name: api.inspect_container(id)["State"]["StartedAt"] for name, id in before.items()}

    events = workflow.carry_out(workflow.plan(rolling(1, command=["no-such-program"], init=False)))

    ends = {address: final(events, f"container.{address}").after for address in ("web", "web[2]", "web[3]")}
    assert ends == {"web": State.ROLLED_BACK, "web[2]": State.SKIPPED, "web[3]": State.SKIPPED}
    assert containers(api, workflow) == before
    for name in ("web-2", "web-3"):
        assert api.inspect_container(before[name])["State"]["StartedAt"] == started[name]


def test_one_of_twenty_that_is_rolled_back_leaves_the_others_as_they_were(workflow: Workflow, api: APIClient) -> None:
    def twenty(command: Sequence[str]) -> Sections:
        keys = (f"c{number}" for number in range(19))
        others = {key: {**SLEEPER, "network_mode": "none"} for key in keys}
        return {"containers": {**others, "web": {**SLEEPER, "network_mode": "none", "command": list(command)}}}

    workflow.apply(twenty(["sleep", "600"]))
    before = {name: api.inspect_container(id) for name, id in containers(api, workflow).items()}
    events = workflow.carry_out(workflow.plan(twenty(["sh", "-c", "exit 3"])))
    assert final(events, "container.web").after is State.ROLLED_BACK
    after = {name: api.inspect_container(id) for name, id in containers(api, workflow).items()}
    assert {name: one["Id"] for name, one in after.items()} == {name: one["Id"] for name, one in before.items()}
    del before["web-1"], after["web-1"]
    assert after == before


def test_one_that_ends_while_it_is_probed_is_told_by_its_exit(
    workflow: Workflow, api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = Containers.exec

    def end_first(self: Containers, ref: str, argv: Sequence[str], *, timeout: float) -> ExecResult:
        api.kill(ref)
        api.wait(ref)
        return probe(self, ref, argv, timeout=timeout)

    monkeypatch.setattr(Containers, "exec", end_first)
    ended = final(workflow.carry_out(workflow.plan(web(0, ready={"exec": ["true"]}))), "container.web")
    assert (ended.after, ended.cause) == (State.FAILED, "exited with code 137 (SIGKILL)")

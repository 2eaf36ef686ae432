"""Nodes, links, leaders and other hands that interfere while runner changes a swarm: it ends in time, and is completed.

`make test` lets one do so at a moment drawn with a fixed seed; RUNNER_FAULTS=50 so many, RUNNER_SEED=2 at others.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from docker import DockerClient
from docker.errors import APIError

from tests.harness.cli import Cli, Finished
from tests.harness.swarm import Node, Swarm
from tests.harness.swarm_state import owned
from tests.harness.until import until
from tests.swarm.shop import BLUE, RED, Shop, State

FAULTS = int(os.environ.get("RUNNER_FAULTS", "1"))
SEED = os.environ.get("RUNNER_SEED", "1")

_NAME = "faults"
_DEADLINE = 120
"""Seconds in which every run ends, also where the swarm has stalled for 20 s or more."""
_RECOVERY = 180
"""Seconds in which a swarm is whole again: managers of 20.10 wait longer each time before they try a lost link anew."""
_FLAPPING = 4
"""Seconds after which a node that came back may count as down once more: three heartbeats, and a bit."""
_ALWAYS_THERE = ("container.db", "container.web", "job.migrate", "network.back", "network.front", "secret.key")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that goes wrong, and how it is over; `removes` are addresses that are gone by it."""

    happens: Callable[[Swarm, Node], object]
    is_over: Callable[[Swarm, Node], object] = lambda _swarm, _node: None
    removes: tuple[str, ...] = ()


def by_hand(key: str, deed: Callable[[DockerClient, dict[str, Any]], object]) -> Callable[[Swarm, Node], None]:
    """Return what does a deed to each thing of the workflow at an address, as far as it can be done."""

    def do(swarm: Swarm, _node: Node) -> None:
        with swarm.client() as client:
            for _, one in owned(client, _NAME):
                labels = one.get("Spec", one).get("Labels") or {}
                if labels.get("runner.address") == key and "runner.record" not in labels:
                    with suppress(APIError):  # in use, gone or changed meanwhile
                        deed(client, dict(one))

    return do


def update_environment(client: DockerClient, one: dict[str, Any]) -> None:
    client.services.get(one["ID"]).update(env=["COLOUR=green"], fetch_current_spec=True)


def cut_the_leader(swarm: Swarm, _node: Node) -> None:
    swarm.cut(swarm.manager)


def heal_the_leader(swarm: Swarm, _node: Node) -> None:
    swarm.heal(swarm.manager)


TROUBLES = {
    "a power cut": Trouble(Swarm.down, Swarm.up),
    "a cut link": Trouble(Swarm.cut, Swarm.heal),
    "a link cut for a moment": Trouble(lambda swarm, node: (swarm.cut(node), time.sleep(2), swarm.heal(node))),
    "the asked manager is cut off": Trouble(cut_the_leader, heal_the_leader),
    "an engine that is killed and starts again": Trouble(lambda _swarm, node: node.restart("kill")),
    "the asked engine is killed and starts again": Trouble(lambda swarm, _node: swarm.manager.restart("kill")),
    "a manager that is demoted": Trouble(Swarm.demote, Swarm.promote),
    "a drained node": Trouble(Swarm.drain, Swarm.activate),
    "a service changed by hand": Trouble(by_hand("container.web", update_environment)),
    "a service scaled by hand": Trouble(
        by_hand("container.web", lambda client, one: client.services.get(one["ID"]).scale(3))
    ),
    "a service removed by hand": Trouble(
        by_hand("container.web", lambda client, one: client.api.remove_service(one["ID"])), removes=("container.web",)
    ),
    "a secret that is in use removed by hand": Trouble(
        by_hand("secret.key", lambda client, one: client.api.remove_secret(one["ID"])), removes=("secret.key",)
    ),
    "a network removed by hand": Trouble(
        by_hand("network.front", lambda client, one: client.api.remove_network(one["Id"])), removes=("network.front",)
    ),
}


def test_whatever_happens_to_a_swarm_during_a_run_the_next_one_completes_it(
    clients: Callable[..., Cli], private_swarms: Callable[..., Swarm]
) -> None:
    swarm = private_swarms(heartbeat=1)
    trial(Shop(clients(at=swarm), swarm, _NAME), swarm)


def trial(shop: Shop, swarm: Swarm) -> None:
    """Let so many things go wrong, one in each run."""
    draw = random.Random(SEED)
    kinds = [name for _ in range(1 + FAULTS // len(TROUBLES)) for name in draw.sample(sorted(TROUBLES), len(TROUBLES))]
    shop.settle(RED)
    for kind, state in zip(kinds, islice(cycle((BLUE, RED)), FAULTS), strict=False):
        moment, node = draw.uniform(0.3, 6), draw.choice(swarm.nodes[1:])
        told = f"{kind} ({node.name}) after {moment:.1f} s on the way to {state.name}"
        ended = disturbed(shop, swarm, state, TROUBLES[kind], node, moment)
        print(f"{told}: {ended.exit_code} {why(ended)}", flush=True)
        assert ended.exit_code in (0, 1, 3, 5), f"{told}: {ended.text}"
        assert ended.exit_code == 0 or "error" in ended.text.lower() or why(ended), f"{told}: {ended.text}"
        shop.settle(state)
        wrong = shop.wrongs(state)
        assert not wrong, "\n".join((told, *wrong))


def disturbed(shop: Shop, swarm: Swarm, state: State, trouble: Trouble, node: Node, moment: float) -> Finished:
    """Let something happen during a run to a state, and be over after it."""
    run = shop.start(state, "--timeout", "60s")
    time.sleep(moment)
    trouble.happens(swarm, node)
    try:
        ended = run.finish(timeout=_DEADLINE)
        planned = shop.plan(state, "-o", "json")
        assert not wrongly_missing(planned, trouble), planned.text
    finally:
        trouble.is_over(swarm, node)
    with swarm.client(timeout=60) as client:
        until(lambda: ready(swarm, client), all, _RECOVERY)
        time.sleep(_FLAPPING)
        until(lambda: ready(swarm, client), all, _RECOVERY)
    return ended


def ready(swarm: Swarm, client: DockerClient) -> list[bool]:
    """Tell of each node whether it is ready; a swarm without a leader has none."""
    try:
        states = swarm.states(client)
    except (APIError, OSError):
        return [False]
    return [states.get(node.name) == "ready" for node in swarm.nodes]


def wrongly_missing(planned: Finished, trouble: Trouble) -> list[str]:
    """Return what a plan says to be missing though it is there; a plan that fails says nothing."""
    if planned.exit_code in (1, 3):
        return []
    planned.exits(0)
    changes = planned.json["changes"]
    missing = {change["address"] for change in changes if change["action"] == "create"}
    return sorted(missing & {*_ALWAYS_THERE} - {*trouble.removes})


def why(ended: Finished) -> str:
    """Return why resources failed."""
    return "; ".join(str(event["cause"]) for event in ended.events if event.get("cause"))

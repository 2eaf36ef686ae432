"""runner killed at any moment of its work on a swarm: the next run ends where an undisturbed one would have.

`make test` does so at two moments drawn with a fixed seed; RUNNER_KILLS=200 at so many, RUNNER_SEED=2 at others.
"""

from __future__ import annotations

import os
import random
from itertools import cycle, islice
from signal import SIGKILL

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.swarm import Swarm
from tests.harness.until import until
from tests.swarm.shop import BAD, BLUE, GONE, RED, Shop, State

KILLS = int(os.environ.get("RUNNER_KILLS", "2"))
SEED = os.environ.get("RUNNER_SEED", "1")

_WRITES = "POST|DELETE"
_CALLS = {GONE: 9, RED: 14, BLUE: 20, BAD: 8}
"""About how many calls write something on the way to a state."""


@pytest.fixture
def shop(cli: Cli, swarm: Swarm, workflow_name: str) -> Shop:
    return Shop(cli, swarm, workflow_name)


def kill_on_the_way(draw: random.Random, state: State) -> Fault:
    """Draw a call that writes, and whether the run is killed before it, after it, or a moment later."""
    number = draw.randint(1, _CALLS[state])
    how = draw.choice(("kill", "kill_after", "later"))
    if how == "later":
        return Fault("signal", method=_WRITES, nth=number, signals=(SIGKILL,), seconds=draw.uniform(0, 1.5))
    return Fault(how, method=_WRITES, nth=number)  # type: ignore[arg-type]


def test_a_run_that_is_killed_at_any_moment_is_completed_by_the_next(shop: Shop, proxy: FaultProxy) -> None:
    draw = random.Random(SEED)
    shop.settle(RED)
    for number, state in enumerate(islice(cycle((BLUE, RED, GONE, RED)), KILLS), 1):
        fault, options = kill_on_the_way(draw, state), draw.choice(((), (), ("--atomic",)))
        killed = shop.disturb(state, proxy, fault, *(options if state is not GONE else ()))
        assert killed.exit_code in (0, -SIGKILL), f"{number}: {state.name}: {fault}: {killed.text}"
        shop.settle(state)
        wrong = shop.wrongs(state)
        print(f"{number}: {state.name} {options}: {killed.exit_code} {fault}", flush=True)
        assert not wrong, "\n".join((f"{number}: {state.name} {options}: {fault}", *wrong))


def test_a_rollback_that_is_killed_ends_where_the_service_was_or_is_to_be(shop: Shop, proxy: FaultProxy) -> None:
    draw = random.Random(SEED)
    shop.settle(RED)
    for number in range(1, KILLS // 3 + 2):
        fault, options = kill_on_the_way(draw, BAD), draw.choice(((), (), ("--atomic",)))
        killed = shop.disturb(BAD, proxy, fault, *options)
        after = draw.choice((BAD, RED, BLUE))
        ended = shop.settle(after)
        print(f"{number}: {options} {killed.exit_code} then {after.name} {ended.exit_code} {fault}", flush=True)
        if after is BAD:
            assert ended.exit_code in (1, 5), ended.text
            after = RED
        wrong = shop.wrongs(after)
        assert not wrong, "\n".join((f"{number}: {options} {fault}, then {after.name}", *wrong))
        shop.settle(RED)


def test_a_service_that_the_swarm_rolls_back_after_a_killed_run_is_updated_by_the_next(
    shop: Shop, proxy: FaultProxy, docker_client: DockerClient, workflow_name: str
) -> None:
    shop.settle(RED)
    web = docker_client.services.get(f"{workflow_name}-web")

    def update_state() -> str:
        web.reload()
        return str(web.attrs.get("UpdateStatus", {}).get("State"))

    write = f"/services/{web.id}/update"
    assert shop.disturb(BAD, proxy, Fault("kill_after", method="POST", path=write)).exit_code == -SIGKILL
    until(update_state, lambda state: state.startswith("rollback"), 60)
    rolled_back = Fault("do", path=write, deed=lambda: until(update_state, "rollback_completed".__eq__, 40))
    shop.disturb(BLUE, proxy, rolled_back).exits(0)
    assert shop.wrongs(BLUE) == []

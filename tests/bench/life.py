"""The life of a workflow, told by each side in turn: made, left alone, changed, limited, removed.

After every chapter the engine is asked whether it really came out so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from docker import APIClient

from tests.bench.compose import COMPOSE, WAITING
from tests.bench.cost import Cost
from tests.bench.runner import Runner
from tests.bench.scenario import Sample, Scenario
from tests.bench.sides import Side
from tests.bench.workload import NAME, NETWORK, Proof, Workload

CHAPTERS: Mapping[Proof, tuple[Scenario, ...]] = {
    Proof.NONE: (
        Scenario.UP,
        *[Scenario.NOOP] * 3,
        *[Scenario.CHANGE] * 3,
        Scenario.LIMITS,
        Scenario.DOWN,
    ),
    Proof.SETTLE: (Scenario.UP_SETTLED, *[Scenario.CHANGE_SETTLED] * 2),
    Proof.HEALTH: (Scenario.UP_HEALTHY, *[Scenario.CHANGE_HEALTHY] * 2),
}
"""What is quick compared with an up is done more than once in a life."""

_NOTHING_TO_WAIT_FOR = (Scenario.LIMITS, Scenario.DOWN)
"""What Compose does the same way when it waits."""
_AGAIN = {"hello": "goodbye", "goodbye": "hello"}
_OTHER_LIMIT = 96


def takes_part(side: Side, proof: Proof) -> bool:
    """Tell whether a side knows a proof: settle is runner's alone, and Compose waits for health only if told."""
    if proof is Proof.SETTLE:
        return side.name == Runner.name
    return proof is Proof.NONE or side.name != COMPOSE


def live(side: Side, size: int, proof: Proof, wanted: Collection[Scenario], api: APIClient) -> Iterator[Sample]:
    """Take one side through the chapters that are wanted; AssertionError when the engine isn't as it should be."""
    beginning, *later = CHAPTERS[proof]
    before: Workload | None = None
    try:
        for scenario in (beginning, *(chapter for chapter in later if chapter in wanted and _differs(side, chapter))):
            after = _next(scenario, before, Workload(size, proof))
            took = _go(side, before, after)
            assert _found(api) == _expected(after), f"{scenario.value} of {size} by {side.name} went wrong"
            if took is not None and scenario in wanted:
                yield Sample(scenario, size, side.name, took)
            before = after
        if before is not None:
            side.destroy(before)
    finally:
        _clear(api)


def _differs(side: Side, scenario: Scenario) -> bool:
    return side.name != WAITING or scenario not in _NOTHING_TO_WAIT_FOR


def _next(scenario: Scenario, before: Workload | None, first: Workload) -> Workload | None:
    """Return what there is to be after a chapter."""
    if before is None:
        return first
    if scenario is Scenario.DOWN:
        return None
    if scenario is Scenario.NOOP:
        return before
    if scenario is Scenario.LIMITS:
        return replace(before, memory=_OTHER_LIMIT)
    return replace(before, greeting=_AGAIN[before.greeting])


def _go(side: Side, before: Workload | None, after: Workload | None) -> Cost | None:
    if after is not None:
        return side.apply(before, after)
    assert before is not None
    return side.destroy(before)


def _expected(workload: Workload | None) -> Mapping[str, tuple[int, str]]:
    bodies = workload.bodies if workload else {}
    return {name: (body["HostConfig"]["Memory"], body["Env"][0]) for name, body in bodies.items()}


def _found(api: APIClient) -> Mapping[str, tuple[int, str]]:
    """Return the limit and the greeting of every container that runs, by its name."""
    inspected = (api.inspect_container(id) for id in _containers(api, running=True))
    return {found["Name"].lstrip("/"): (found["HostConfig"]["Memory"], _greeting(found)) for found in inspected}


def _greeting(inspect: Mapping[str, Any]) -> str:
    return next(str(pair) for pair in inspect["Config"]["Env"] if pair.startswith("GREETING="))


def _containers(api: APIClient, *, running: bool = False) -> list[str]:
    return [short["Id"] for short in api.containers(all=not running, filters={"name": f"^/{NAME}-"})]


def _clear(api: APIClient) -> None:
    """Remove what a life that ended early left behind."""
    for id in _containers(api):
        api.remove_container(id, force=True, v=True)
    for network in api.networks(names=[NETWORK]):
        api.remove_network(network["Id"])

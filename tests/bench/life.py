"""The life of a workflow, told by each side in turn: made, left alone, changed, limited, destroyed.

After every chapter the engine is asked whether it really came out so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from docker import APIClient

from tests.bench.cost import Cost
from tests.bench.scenario import Sample, Scenario
from tests.bench.sides import Side
from tests.bench.workload import NAME, NETWORK, Workload

CHAPTERS = (Scenario.COLD, Scenario.NOOP, Scenario.CHANGE, Scenario.LIMITS, Scenario.DESTROY)


def live(side: Side, size: int, api: APIClient) -> Iterator[Sample]:
    """Take one side through all chapters; AssertionError when the engine isn't as it should be."""
    plain = Workload(size)
    changed = replace(plain, greeting="goodbye")
    limited = replace(changed, memory=96)
    ways = ((None, plain), (plain, plain), (plain, changed), (changed, limited), (limited, None))
    try:
        for scenario, (before, after) in zip(CHAPTERS, ways, strict=True):
            took = _go(side, before, after)
            assert _found(api) == _expected(after), f"{scenario.value} of {size} by {side.name} went wrong"
            if took is not None:
                yield Sample(scenario, size, side.name, took)
    finally:
        _clear(api)


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

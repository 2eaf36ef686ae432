"""Planning grows with the number of resources, not with its square."""

from __future__ import annotations

import gc
import json
import time
from pathlib import Path

import pytest

from runner.core.plan import Action, Plan
from runner.core.state import DesiredState, ObservedState
from runner.core.struct import replace
from runner.kinds import CATALOG
from runner.plan.planner import make_plan
from tests.unit.plan.case import declared
from tests.unit.plan.observed_fixtures import after_apply

FEW, MANY = 500, 2000


def workflow(number: int, folder: Path) -> DesiredState:
    """Declare a long chain of containers with all that a container usually has."""
    containers = {
        f"c{index}": {
            "image": "nginx",
            "command": ["sh", "-c", "sleep 1000"],
            "environment": {"INDEX": index, "MODE": "prod"},
            "networks": ["front"],
            "volumes": ["data:/data:ro"],
            "ports": [f"{20000 + index}:80"],
            "limits": {"cpus": 0.5, "memory": "64m", "pids": 50},
            "restart": "always",
            "depends_on": [f"c{index - 1}"] if index else [],
        }
        for index in range(number)
    }
    sections = {"networks": {"front": {}}, "volumes": {"data": {}}, "containers": containers}
    return declared("".join(f"{name}: {json.dumps(entries)}\n" for name, entries in sections.items()), folder)


def timed(desired: DesiredState, observed: ObservedState) -> tuple[Plan, float]:
    gc.disable()  # it would go through all that the other tests have left
    try:
        started = time.process_time()
        plan = make_plan(desired, observed, CATALOG)
        return plan, time.process_time() - started
    finally:
        gc.enable()


@pytest.fixture(scope="module")
def workflows(tmp_path_factory: pytest.TempPathFactory) -> dict[int, DesiredState]:
    folder = tmp_path_factory.mktemp("growth")
    return {number: workflow(number, folder) for number in (FEW, MANY)}


def emptied(state: ObservedState) -> ObservedState:
    return replace(state, resources={})


def unchanged(state: ObservedState) -> ObservedState:
    return state


def drifted(state: ObservedState) -> ObservedState:
    resources = {
        address: replace(one, fields={**one.fields, "state": "exited"}) if address.kind == "container" else one
        for address, one in state.resources.items()
    }
    return replace(state, resources=resources)


def under_other_names(state: ObservedState) -> ObservedState:
    former = {address: replace(address, name=f"former-{address.name}") for address in state.resources}
    renamed = [
        replace(
            one,
            address=former[address],
            recorded_dependencies=frozenset(former.get(need, need) for need in one.recorded_dependencies),
        )
        for address, one in state.resources.items()
    ]
    return replace(state, resources={one.address: one for one in renamed})


@pytest.mark.parametrize(
    ("since", "action"),
    [
        (emptied, Action.CREATE),
        (unchanged, Action.NOOP),
        (drifted, Action.UPDATE),
        (under_other_names, Action.CREATE),
    ],
)
def test_four_times_as_many_containers_take_about_four_times_as_long(since, action, workflows):
    took = {}
    for number, desired in workflows.items():
        plan, took[number] = timed(desired, since(after_apply(desired)))
        assert plan.counts[action] >= number
    assert took[MANY] <= 10
    assert took[MANY] <= 4 * 3 * took[FEW] + 0.5


def test_a_destroy_of_a_long_chain_is_planned_at_once(workflows):
    from runner.plan.removal import make_destroy_plan

    observed = after_apply(workflows[MANY])
    started = time.process_time()
    plan = make_destroy_plan("shop", observed, CATALOG, frozenset())
    assert len(plan.steps) == MANY + 2
    assert time.process_time() - started <= 10

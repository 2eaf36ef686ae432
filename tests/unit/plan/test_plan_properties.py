"""What holds for the plan between any two workflows, whatever rests on what in them."""

from __future__ import annotations

from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.core.plan import Action, Phase, Plan, Reason
from runner.core.state import ObservedState
from runner.core.struct import replace
from runner.kinds import CATALOG
from runner.plan.planner import make_plan
from runner.plan.removal import make_destroy_plan
from tests.unit.examples import examples
from tests.unit.plan.case import declared
from tests.unit.plan.observed_fixtures import after_apply
from tests.unit.plan.workflows import workflow_texts

quick = settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workflow")


def check_steps(plan: Plan) -> None:
    """Every pending change has its steps, and no step waits for itself, whatever the way round."""
    assert [step.number for step in plan.steps] == list(range(len(plan.steps)))
    assert {step.change.address for step in plan.steps} == {change.address for change in plan.pending}
    halves = Counter((id(step.change), step.phase) for step in plan.steps)
    assert set(halves.values()) <= {1}
    for change in plan.pending:
        there = {half for half in Phase if (id(change), half) in halves}
        assert there in ({Phase.DELETE}, {Phase.APPLY}, {Phase.DELETE, Phase.APPLY})
        assert (there == {Phase.DELETE}) == (change.action is Action.DELETE)
    list(TopologicalSorter({step.number: step.needs for step in plan.steps}).static_order())


def with_leftovers(state: ObservedState, picks: list[int]) -> ObservedState:
    """Add what an interrupted replacement left beside some of the things that rest on others."""
    users = [one for one in state.resources.values() if one.recorded_dependencies]
    chosen = {users[pick % len(users)].address for pick in picks} if users else set()
    left = tuple(
        replace(state.resources[address], id="left", engine_name=f"{address}.old", abandoned=True)
        for address in sorted(chosen)
    )
    return replace(state, abandoned=left)


def with_needs_of(state: ObservedState, other: ObservedState) -> ObservedState:
    """Add what things of one kind rested on in another run: nothing was changed on the engine for that."""
    resources = {
        address: replace(
            one,
            recorded_dependencies=one.recorded_dependencies
            | {need for need in other.resources[address].recorded_dependencies if need.kind == address.kind},
        )
        if address in other.resources
        else one
        for address, one in state.resources.items()
    }
    return replace(state, resources=resources)


@quick
@given(text=workflow_texts())
def test_nothing_is_planned_right_after_an_apply(text: str, folder: Path):
    desired = declared(text, folder)
    plan = make_plan(desired, after_apply(desired), CATALOG)
    assert [(change.address, change.diff) for change in plan.pending] == []
    assert plan.problems == ()


@quick
@given(before=workflow_texts(), after=workflow_texts(), picks=st.lists(st.integers(0, 9), max_size=3))
def test_the_steps_between_any_two_workflows_have_an_order(before: str, after: str, picks: list[int], folder: Path):
    desired = declared(after, folder)
    observed = with_leftovers(after_apply(declared(before, folder)), picks)
    check_steps(make_plan(desired, with_needs_of(observed, after_apply(desired)), CATALOG))
    plan = make_plan(desired, observed, CATALOG)
    check_steps(plan)
    made = {step.change.address for step in plan.steps if step.phase is Phase.APPLY}
    for step in plan.steps:
        needed = {plan.steps[number].change.address for number in step.needs}
        if step.phase is Phase.APPLY and step.change.desired is not None:
            assert {dependency.address for dependency in step.change.desired.depends_on} & made <= needed


@quick
@given(
    text=workflow_texts(), picks=st.lists(st.integers(0, 9), max_size=3), spared=st.sets(st.sampled_from([*CATALOG]))
)
def test_a_destroy_goes_against_the_dependencies(text: str, picks: list[int], spared: set[str], folder: Path):
    observed = with_leftovers(after_apply(declared(text, folder)), picks)
    plan = make_destroy_plan("shop", observed, CATALOG, frozenset(spared))
    check_steps(plan)
    doomed = [one for one in (*observed.resources.values(), *observed.abandoned) if one.owned]
    assert len(plan.steps) == sum(one.address.kind not in spared for one in doomed)
    order = list(TopologicalSorter({step.number: step.needs for step in plan.steps}).static_order())
    place = {id(plan.steps[number].change): position for position, number in enumerate(order)}
    gone = {change.address: place[id(change)] for change in plan.changes if Reason.ABANDONED not in change.reasons}
    for change in plan.changes:
        assert change.observed is not None
        assert all(place[id(change)] < gone[need] for need in change.observed.recorded_dependencies if need in gone)


@quick
@given(text=workflow_texts(), picks=st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_only_what_is_missing_is_made(text: str, picks: list[int], folder: Path):
    desired = declared(text, folder)
    state = after_apply(desired)
    addresses = [address for address, one in state.resources.items() if address.kind == "container" and one.owned]
    lost = {addresses[pick % len(addresses)] for pick in picks} if addresses else set()
    kept = {address: one for address, one in state.resources.items() if address not in lost}
    plan = make_plan(desired, replace(state, resources=kept), CATALOG)
    assert {change.address for change in plan.pending if change.action is Action.CREATE} == lost
    check_steps(plan)

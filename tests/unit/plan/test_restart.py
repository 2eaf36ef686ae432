"""A restart is planned for what was asked for and for what would lose something by it, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from random import Random

import pytest

from runner.core.address import Address
from runner.core.engine import Engine
from runner.core.health import Health
from runner.core.plan import Action, Reason, Step
from runner.core.state import Condition, Dependency, DesiredState, ObservedResource, ObservedState, Resource
from runner.kinds import CATALOG
from runner.kinds.container.settings import ContainerSettings
from runner.plan.restart import make_restart_plan

ENGINE = Engine("Docker", "28.5", "1.51", "linux", "amd64")
WEB, DB, SIDE, THIRD, OFF = (Address("container", name) for name in ("web", "db", "side", "third", "off"))


def live(
    address: Address, *, shares: Address | None = None, state: str = "running", recorded: Iterable[Address] = ()
) -> ObservedResource:
    mode = {"network_mode": f"container:id-{shares.name}-{shares.index}"} if shares else {}
    return ObservedResource(
        address,
        f"id-{address.name}-{address.index}",
        f"shop-{address.name}-{address.index}",
        fields={"state": state, **mode},
        recorded_dependencies=frozenset(recorded),
        health=Health(state),
    )


def declare(address: Address, *needed: Address) -> Resource:
    dependencies = tuple(Dependency(one, Condition.STARTED) for one in needed)
    return Resource(address, "", settings=ContainerSettings(), depends_on=dependencies)


def observed(*resources: ObservedResource) -> ObservedState:
    return ObservedState(ENGINE, {one.address: one for one in resources})


def test_what_shares_a_namespace_follows_and_what_has_stopped_does_not() -> None:
    state = observed(
        live(THIRD, shares=SIDE), live(SIDE, shares=DB), live(WEB), live(DB), live(OFF, shares=DB, state="exited")
    )
    plan = make_restart_plan(state, [DB], CATALOG, DesiredState("shop", {}))
    assert {change.address: change.reasons for change in plan.changes} == {
        DB: (Reason.REQUESTED,),
        SIDE: (Reason.DEPENDENCY,),
        THIRD: (Reason.DEPENDENCY,),
    }
    assert {(change.action, change.verb) for change in plan.changes} == {(Action.UPDATE, "restart")}
    order = {step.change.address: step for step in plan.steps}
    assert order[SIDE].needs == {order[DB].number}
    assert order[THIRD].needs == {order[SIDE].number}


def test_replicas_are_restarted_one_after_another_and_in_the_order_of_their_dependencies() -> None:
    second = Address("container", "web", 2)
    declared = {address: declare(address, DB) for address in (WEB, second)}
    state = observed(live(second), live(WEB), live(DB))
    plan = make_restart_plan(state, [WEB, second, DB], CATALOG, DesiredState("shop", declared))
    order = {step.change.address: step for step in plan.steps}
    assert order[WEB].needs == {order[DB].number}
    assert order[second].needs == {order[DB].number, order[WEB].number}
    assert plan.changes[0].desired == declared[WEB]


def test_a_resource_that_has_stopped_is_started() -> None:
    (change,) = make_restart_plan(observed(live(OFF, state="exited")), [OFF], CATALOG, DesiredState("s", {})).changes
    assert [(found.path, found.before, found.after) for found in change.diff] == [("state", "exited", "restarted")]


def order_of(
    state: ObservedState, *asked: Address, declared: Mapping[Address, Resource] | None = None
) -> list[Address]:
    """Return the restarted resources in the order of their steps; each must wait for the one before it."""
    plan = make_restart_plan(state, asked, CATALOG, DesiredState("shop", declared or {}))
    done: list[Step] = []
    while left := [step for step in plan.steps if step not in done]:
        (due,) = (step for step in left if step.needs <= {one.number for one in done})
        done.append(due)
    return [step.change.address for step in done]


@pytest.mark.parametrize("needed", [(), (SIDE,)])
@pytest.mark.parametrize("state", ["running", "exited"])
def test_what_shares_a_namespace_comes_after_its_owner_whatever_file_and_records_say(
    needed: tuple[Address, ...], state: str
) -> None:
    there = observed(live(SIDE, shares=DB, state=state), live(DB, recorded=[SIDE]))
    declared = {SIDE: declare(SIDE), DB: declare(DB, *needed)}
    assert order_of(there, SIDE, DB, declared=declared) == [DB, SIDE]


def test_what_was_recorded_comes_before_what_is_declared() -> None:
    there = observed(live(WEB, recorded=[DB]), live(DB))
    assert order_of(there, WEB, DB, declared={WEB: declare(WEB), DB: declare(DB, WEB)}) == [DB, WEB]
    assert order_of(there, WEB, DB) == [DB, WEB]


def test_a_condition_is_waited_for_where_it_is_declared() -> None:
    there = observed(live(WEB, recorded=[DB]), live(DB))
    plan = make_restart_plan(there, [WEB, DB], CATALOG, DesiredState("shop", {WEB: declare(WEB, DB, OFF)}))
    (web,) = (change.desired for change in plan.changes if change.address == WEB)
    assert web is not None
    assert web.depends_on == (Dependency(DB, Condition.STARTED),)


@pytest.mark.parametrize("seed", range(30))
def test_no_contradiction_makes_steps_wait_for_each_other(seed: int) -> None:
    random = Random(seed)
    names = [*(Address("container", "web", index) for index in (1, 2, 3)), DB, SIDE, THIRD]

    def some() -> list[Address]:
        return random.sample(names, random.randrange(4))

    owners = {one: random.choice([None, *names[:number]]) for number, one in enumerate(names)}
    there = observed(*(live(one, shares=owners[one], recorded=some()) for one in names))
    declared = {one: declare(one, *some()) for one in names if random.random() < 0.5}
    plan = make_restart_plan(there, names, CATALOG, DesiredState("shop", declared))
    numbers = {step.change.address: step.number for step in plan.steps}
    tuple(TopologicalSorter({step.number: step.needs for step in plan.steps}).static_order())
    for one, owner in owners.items():
        assert owner is None or numbers[owner] in plan.steps[numbers[one]].needs

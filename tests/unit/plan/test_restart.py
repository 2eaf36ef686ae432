"""A restart is planned for what was asked for and for what would lose something by it, and for nothing else."""

from __future__ import annotations

from runner.core.address import Address
from runner.core.engine import Engine
from runner.core.plan import Action, Reason
from runner.core.state import Dependency, DesiredState, Health, ObservedResource, ObservedState, Resource
from runner.kinds import CATALOG
from runner.kinds.container.settings import ContainerSettings
from runner.plan.restart import make_restart_plan

ENGINE = Engine("Docker", "28.5", "1.51", "linux", "amd64")
WEB, DB, SIDE, THIRD, OFF = (Address("container", name) for name in ("web", "db", "side", "third", "off"))


def live(address: Address, *, shares: Address | None = None, state: str = "running") -> ObservedResource:
    mode = {"network_mode": f"container:id-{shares.name}"} if shares else {}
    return ObservedResource(
        address,
        f"id-{address.name}",
        f"shop-{address.name}-{address.index}",
        fields={"state": state, **mode},
        recorded_dependencies=frozenset({shares} if shares else ()),
        health=Health(state),
    )


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
    declared = {
        address: Resource(address, "", settings=ContainerSettings(), depends_on=(Dependency(DB),))
        for address in (WEB, second)
    }
    state = observed(live(second), live(WEB), live(DB))
    plan = make_restart_plan(state, [WEB, second, DB], CATALOG, DesiredState("shop", declared))
    order = {step.change.address: step for step in plan.steps}
    assert order[WEB].needs == {order[DB].number}
    assert order[second].needs == {order[DB].number, order[WEB].number}
    assert plan.changes[0].desired is declared[WEB]


def test_a_resource_that_has_stopped_is_started() -> None:
    (change,) = make_restart_plan(observed(live(OFF, state="exited")), [OFF], CATALOG, DesiredState("s", {})).changes
    assert [(found.path, found.before, found.after) for found in change.diff] == [("state", "exited", "restarted")]

"""What is to be deleted: one resource, and everything that a workflow owns."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.plan import Action, Change, Plan, Reason
from runner.core.state import DesiredState, ObservedResource, ObservedState, RetainedData
from runner.core.struct import replace
from runner.plan.adoption import recreated_by_others
from runner.plan.left_alone import left_alone
from runner.plan.ordering import make_steps
from runner.plan.protection import kept_resources
from runner.resource.kind import Catalog


def make_destroy_plan(
    workflow: str,
    observed: ObservedState,
    catalog: Catalog,
    spared: frozenset[str],
    desired: DesiredState | None = None,
) -> Plan:
    """Delete what the workflow owns, but for spared kinds, and protected and left-alone resources with their needs.

    In file order, if there is a file; and with what others created anew in the place of some of it.
    """
    declared = desired.resources if desired else {}
    found = {**observed.resources, **recreated_by_others(observed, desired)}
    known = [found[address] for address in declared if address in found]
    others = [one for address, one in observed.resources.items() if address not in declared]
    everything = (*known, *by_kind(others, catalog), *by_kind((*observed.abandoned, *observed.retained), catalog))
    stays = left_alone(desired, observed)
    doomed = [one for one in everything if one.owned and one.address.kind not in spared and one.address not in stays]
    kept, with_data = kept_resources(doomed, desired), _data_kinds(catalog).isdisjoint(spared)
    changes = tuple(
        Change(one.address, Action.NOOP, observed=replace(one, protected=kept[one.address] == one.address))
        if one.address in kept and not one.abandoned
        else removal(one, _why_gone(one), catalog, with_data=with_data)
        for one in doomed
    )
    retained = () if with_data else retained_data(observed)
    steps = make_steps(changes, catalog)
    return Plan(workflow, observed.engine, changes, steps, retained=retained, left_alone=tuple(stays.values()))


def retained_data(observed: ObservedState) -> tuple[RetainedData, ...]:
    """Return the data that resources left behind when they were deleted."""
    return tuple(one.retained for one in observed.retained if one.retained)


def by_kind(things: Iterable[ObservedResource], catalog: Catalog) -> list[ObservedResource]:
    """Sort what has no file order, so that the result is deterministic."""
    rank = {name: number for number, name in enumerate(catalog)}
    return sorted(things, key=lambda one: (rank[one.address.kind], one.address))


def _why_gone(one: ObservedResource) -> Reason:
    return Reason.ABANDONED if one.abandoned else Reason.REQUESTED


def _data_kinds(catalog: Catalog) -> set[str]:
    return {kind.name for kind in catalog.values() if kind.keeps_data}


def removal(one: ObservedResource, reason: Reason, catalog: Catalog, *, with_data: bool = False) -> Change:
    """Return the change that deletes a resource; `with_data` also deletes what it would retain."""
    kind = catalog[one.address.kind]
    data = tuple(kind.retains(one, None))
    return Change(
        one.address,
        Action.DELETE,
        (reason,),
        verb=kind.action_label(None, Action.DELETE, ()),
        observed=one,
        destroys_data=(kind.keeps_data and not one.abandoned) or bool(with_data and data),
        retains=() if with_data or one.abandoned else data,
    )

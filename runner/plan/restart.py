"""The plan of a restart: some resources as they are on the engine, and those that have to follow them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.core.address import Address
from runner.core.plan import Change, Plan, Reason
from runner.core.state import Dependency, DesiredState, ObservedResource, ObservedState
from runner.core.struct import replace
from runner.plan.acyclic import merge_acyclic
from runner.plan.ordering import make_steps
from runner.resource.kind import Catalog


def make_restart_plan(
    observed: ObservedState, addresses: Iterable[Address], catalog: Catalog, desired: DesiredState
) -> Plan:
    """Restart live resources of kinds that can be, and what loses something by that, whatever the file says of them.

    What is declared of a resource tells when it works again; one that isn't declared has the usual settings.
    """
    changes = {
        address: _restart(observed.resources[address], Reason.REQUESTED, catalog, desired) for address in addresses
    }
    while more := {
        one.address: _restart(one, Reason.DEPENDENCY, catalog, desired)
        for one in observed.resources.values()
        if one.address not in changes and _follows(one, changes, catalog, desired)
    }:
        changes |= more
    pending = tuple(_in_live_order(changes, catalog))
    return Plan(desired.workflow, observed.engine, pending, make_steps(pending, catalog))


def _restart(live: ObservedResource, reason: Reason, catalog: Catalog, desired: DesiredState) -> Change:
    restart = catalog[live.address.kind].restart
    assert restart is not None, live.address
    return restart(live, desired.resources.get(live.address), reason)


def _follows(
    live: ObservedResource, changes: Mapping[Address, Change], catalog: Catalog, desired: DesiredState
) -> bool:
    kind, declared = catalog[live.address.kind], desired.resources.get(live.address)
    needed = {one.address: one for one in declared.depends_on if one.restart} if declared else {}
    return kind.restart is not None and any(
        any(kind.follows(live, change, needed.get(address))) for address, change in changes.items()
    )


def _in_live_order(changes: Mapping[Address, Change], catalog: Catalog) -> Iterator[Change]:
    """Yield the changes, each after those that its live resource needs, then those that are declared.

    The file, and records of different runs, may contradict what is live: such dependencies are left out.
    """
    live = {address: change.observed for address, change in changes.items() if change.observed}
    declared = {address: change.desired.depends_on for address, change in changes.items() if change.desired}
    order = merge_acyclic(
        {one: [other for other in live if catalog[one.kind].is_sharer(live[one], live[other])] for one in live},
        {one: sorted(live[one].recorded_dependencies & live.keys()) for one in live},
        {one: [needed.address for needed in declared[one] if needed.address in live] for one in declared},
    )
    for address, change in changes.items():
        yield _after(change, order[address])


def _after(change: Change, others: frozenset[Address]) -> Change:
    """Return a change that depends on others: as declared where it is, else so that it only comes after them."""
    assert change.desired is not None
    declared = tuple(needed for needed in change.desired.depends_on if needed.address in others)
    more = sorted(others - {needed.address for needed in declared})
    return replace(change, desired=replace(change.desired, depends_on=(*declared, *map(Dependency, more))))

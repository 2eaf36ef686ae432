"""The plan of a restart: some resources as they are on the engine, and those that have to follow them."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.address import Address
from runner.core.plan import Change, Plan, Reason
from runner.core.state import DesiredState, ObservedResource, ObservedState
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
        if one.address not in changes and _follows(one, changes.values(), catalog)
    }:
        changes |= more
    pending = tuple(changes.values())
    return Plan(desired.workflow, observed.engine, pending, make_steps(pending, catalog))


def _restart(live: ObservedResource, reason: Reason, catalog: Catalog, desired: DesiredState) -> Change:
    restart = catalog[live.address.kind].restart
    assert restart is not None, live.address
    return restart(live, desired.resources.get(live.address), reason)


def _follows(live: ObservedResource, changes: Iterable[Change], catalog: Catalog) -> bool:
    kind = catalog[live.address.kind]
    return kind.restart is not None and any(any(kind.follows(live, change)) for change in changes)

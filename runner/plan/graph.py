"""Order: what comes before what, for changes and for the two halves that they fall into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from runner.core.address import Address
from runner.core.plan import Action, Change, Half, Reason, Step
from runner.core.state import Resource
from runner.resource.kind import Catalog


def in_order(resources: Mapping[Address, Resource]) -> list[Resource]:
    """Return every resource after what it depends on, else in the file's order; there must be no cycle."""
    edges = {
        address: [d.address for d in resource.depends_on if d.address in resources]
        for address, resource in resources.items()
    }
    return [resources[address] for address in TopologicalSorter(edges).static_order()]


def make_steps(changes: Iterable[Change], catalog: Catalog) -> tuple[Step, ...]:
    """Make the steps of every pending change, each with the numbers of those before it.

    What is made comes after what it rests on; what goes, goes before what it rests on, and after
    things of other kinds that have yet to let go of it. Orphans that nothing holds go before others
    of their kind are created, which may want their ports; leftovers when the real one is in order.
    """
    pending = [change for change in changes if change.action is not Action.NOOP]
    graph = _Graph(pending, catalog)
    return tuple(
        Step(number, change, half, frozenset(graph.needs(change, half)))
        for number, (change, half) in enumerate(graph.halves)
    )


@dataclass(slots=True)
class _Graph:
    pending: list[Change]
    catalog: Catalog
    halves: list[tuple[Change, Half]] = field(default_factory=list)
    apply: dict[Address, int] = field(default_factory=dict)
    delete: dict[Address, int] = field(default_factory=dict)
    orphans: dict[str, list[Change]] = field(default_factory=dict)
    users: dict[Address, list[Change]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for change in self.pending:
            self._number(change)
            for address in _rested_on(change):
                self.users.setdefault(address, []).append(change)

    def _number(self, change: Change) -> None:
        if change.action is Action.DELETE or self._in_halves(change):
            number = len(self.halves)
            if Reason.LEFTOVER not in change.reasons:
                self.delete[change.address] = number
            if Reason.ORPHAN in change.reasons:
                self.orphans.setdefault(change.address.kind, []).append(change)
            self.halves.append((change, Half.DELETE))
        if change.action is not Action.DELETE:
            self.apply[change.address] = len(self.halves)
            self.halves.append((change, Half.APPLY))

    def _in_halves(self, change: Change) -> bool:
        if change.action is not Action.REPLACE:
            return False
        return self.catalog[change.address.kind].in_halves or Reason.DEPENDENCY in change.reasons

    def needs(self, change: Change, half: Half) -> Iterable[int]:
        """Yield the numbers of the steps before one half of a change."""
        if half is Half.APPLY:
            yield from self._before_apply(change)
        elif Reason.LEFTOVER in change.reasons:
            yield from self._known(self.apply, [change.address])
        else:
            yield from self._before_delete(change)

    def _before_apply(self, change: Change) -> Iterable[int]:
        yield from self._known(self.delete, [change.address])
        assert change.desired is not None
        yield from self._known(self.apply, [dependency.address for dependency in change.desired.depends_on])
        if change.action is Action.CREATE:
            orphans = self.orphans.get(change.address.kind, ())
            yield from (self.delete[orphan.address] for orphan in orphans if not any(self._holders(orphan)))

    def _before_delete(self, change: Change) -> Iterable[int]:
        users = self.users.get(change.address, ())
        yield from self._known(self.delete, [user.address for user in users])
        yield from self._holders(change)

    def _holders(self, change: Change) -> Iterable[int]:
        """Yield the steps after which things of other kinds have let go of what is to be deleted.

        One of its own kind is not waited for: it may in turn wait for the deleted one's successor.
        """
        users = [user.address for user in self.users.get(change.address, ()) if user.address not in self.delete]
        return self._known(self.apply, [user for user in users if user.kind != change.address.kind])

    @staticmethod
    def _known(numbers: Mapping[Address, int], addresses: Iterable[Address]) -> Iterable[int]:
        return (numbers[address] for address in addresses if address in numbers)


def _rested_on(change: Change) -> frozenset[Address]:
    """Return what the live side of a change rests on; what isn't there yet holds nothing."""
    if change.observed is None:
        return frozenset()
    declared = {dependency.address for dependency in change.desired.depends_on} if change.desired else set()
    return change.observed.needs | declared

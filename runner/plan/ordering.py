"""Topological order: of resources, and of the delete and apply phases of changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from itertools import pairwise

from runner.core.address import Address
from runner.core.plan import Action, Change, Phase, Reason, Step
from runner.core.state import Resource
from runner.core.struct import MutableStruct, field
from runner.plan.acyclic import merge_acyclic
from runner.plan.batching import batch_recreations
from runner.resource.kind import Catalog


def in_order(resources: Mapping[Address, Resource], catalog: Catalog) -> list[Resource]:
    """Return every resource after its dependencies, grouped by kind where possible; the graph must be acyclic."""
    edges = {
        address: [d.address for d in resource.depends_on if d.address in resources]
        for address, resource in resources.items()
    }
    rank = {name: number for number, name in enumerate(catalog)}
    depth = {address: number for number, address in enumerate(TopologicalSorter(edges).static_order())}
    sorter, due, ordered = TopologicalSorter(edges), list[tuple[int, int, Address]](), list[Resource]()
    sorter.prepare()
    while sorter.is_active():
        for address in sorter.get_ready():
            heappush(due, (rank[address.kind], depth[address], address))
        first = heappop(due)[2]
        ordered.append(resources[first])
        sorter.done(first)
    return ordered


def make_steps(changes: Iterable[Change], catalog: Catalog) -> tuple[Step, ...]:
    """Make the steps of every pending change, each with the numbers of the steps it waits for.

    Creation comes after dependencies. Deletion comes before dependencies, and after users of other kinds have detached.
    What is recreated in place also comes after the users that are to leave it, unless they wait for it, and in one
    batch with what it takes a range from. Unused orphans are deleted before others of their kind are created, which may
    want their ports; abandoned resources always, since they may also occupy names.
    """
    pending = [change for change in changes if change.action is not Action.NOOP]
    remade = frozenset(change.address for change in pending if _goes_first(change, catalog))
    graph = _Graph(catalog, remade, _bases(pending), _rolling(pending))
    for change in pending:
        graph.add(change)
    needs = [graph.needs(change, half) for change, half in graph.halves]
    companions = batch_recreations(pending, graph.apply, needs, catalog)
    first = {graph.apply[other.address]: number for number, others in companions.items() for other in others}
    for number, (change, _half) in enumerate(graph.halves):
        if change.action is Action.REPLACE and catalog[change.address.kind].recreates_in_place:
            leaving, moves_at = frozenset(graph.leaving(change)), first.get(number, number)
            needs[moves_at] |= leaving - _after(moves_at, needs) if leaving else leaving
    return tuple(
        Step(number, change, half, needs[number], companions.get(number, ()))
        for number, (change, half) in enumerate(graph.halves)
    )


def _after(number: int, needs: Sequence[frozenset[int]]) -> set[int]:
    """Return a step and its direct and indirect dependants."""
    found, newest = {number}, {number}
    while newest:
        newest = {step for step, before in enumerate(needs) if step not in found and not newest.isdisjoint(before)}
        found |= newest
    return found


class _Graph(MutableStruct):
    """The phases of all changes in one list; a phase is identified by its number there."""

    catalog: Catalog
    recreated: frozenset[Address]
    """Delete-before-create replacements: whatever depends on one is deleted first as well."""
    live_dependencies: Mapping[Address, frozenset[Address]]
    """The recorded dependencies of each change's observed side."""
    rolling_order: Mapping[Address, Address]
    """By replica, the one that must come up on the new version before it."""
    halves: list[tuple[Change, Phase]] = field(default_factory=list)
    apply: dict[Address, int] = field(default_factory=dict)
    delete: dict[Address, int] = field(default_factory=dict)
    """Deletions of real resources; abandoned ones share the address of one."""
    orphans: dict[str, list[Change]] = field(default_factory=dict)
    """By family."""
    users: dict[Address, list[Change]] = field(default_factory=dict)
    abandoned: dict[Address, list[int]] = field(default_factory=dict)
    """By dependency, the deletions of abandoned resources."""
    in_the_way: dict[str, list[int]] = field(default_factory=dict)
    """By family, the deletions of abandoned resources."""
    freed_by: dict[str, frozenset[int]] = field(default_factory=dict)
    """By family, the steps before any creation in it: one shared set, or plans would grow quadratically."""

    def add(self, change: Change) -> None:
        """Number the phases of a change and record its dependencies."""
        number = len(self.halves)
        if change.action is Action.DELETE or self._in_halves(change):
            self.halves.append((change, Phase.DELETE))
        if change.action is not Action.DELETE:
            self.apply[change.address] = len(self.halves)
            self.halves.append((change, Phase.APPLY))
        if Reason.ABANDONED in change.reasons:
            self.in_the_way.setdefault(self._family(change), []).append(number)
            for address in _needs(change):
                self.abandoned.setdefault(address, []).append(number)
            return
        if self.halves[number][1] is Phase.DELETE:
            self.delete[change.address] = number
        if Reason.ORPHAN in change.reasons:
            self.orphans.setdefault(self._family(change), []).append(change)
        for address in self.live_dependencies[change.address]:
            self.users.setdefault(address, []).append(change)

    def _in_halves(self, change: Change) -> bool:
        if change.action is not Action.REPLACE:
            return False
        return change.address in self.recreated or not self.recreated.isdisjoint(_needs(change))

    def needs(self, change: Change, half: Phase) -> frozenset[int]:
        """Return the numbers of the steps before one phase of a change; call it after all are added."""
        if half is Phase.APPLY:
            own, cleared = frozenset(self._before_apply(change)), self._cleared(change)
            return cleared if own <= cleared else cleared | own
        return frozenset() if Reason.ABANDONED in change.reasons else frozenset(self._before_delete(change))

    def _before_apply(self, change: Change) -> Iterable[int]:
        yield from self._known(self.delete, [change.address])
        assert change.desired is not None
        yield from self._known(self.apply, [dependency.address for dependency in change.desired.depends_on])
        if change.address in self.rolling_order:
            yield self.apply[self.rolling_order[change.address]]

    def _cleared(self, change: Change) -> frozenset[int]:
        """Return the deletions that free names and ports for a creation."""
        family = self._family(change)
        if change.action is Action.UPDATE:
            return frozenset(self.in_the_way.get(family, ()))
        if family not in self.freed_by:
            orphans = (orphan for orphan in self.orphans.get(family, ()) if not any(self._holders(orphan)))
            freed = (self.delete[orphan.address] for orphan in orphans)
            self.freed_by[family] = frozenset((*self.in_the_way.get(family, ()), *freed))
        return self.freed_by[family]

    def _before_delete(self, change: Change) -> Iterable[int]:
        users = self.users.get(change.address, ())
        yield from self._known(self.delete, [user.address for user in users])
        yield from self._holders(change)
        yield from self.abandoned.get(change.address, ())

    def _holders(self, change: Change) -> Iterable[int]:
        """Yield the steps after which users of other families have detached from what is to be deleted.

        Users of its own family are not waited for: they may in turn wait for the successor of what is deleted.
        """
        users = [user for user in self.users.get(change.address, ()) if user.address not in self.delete]
        others = [user.address for user in users if self._family(user) != self._family(change)]
        return self._known(self.apply, others)

    def _family(self, change: Change) -> str:
        return self.catalog[change.address.kind].engine_kind

    def leaving(self, change: Change) -> Iterator[int]:
        """Yield the steps after which every user that is not to stay has detached."""
        yield from self.abandoned.get(change.address, ())
        for user in self.users.get(change.address, ()):
            if user.address in self.delete:
                yield self.delete[user.address]
            elif user.desired and change.address not in {needed.address for needed in user.desired.depends_on}:
                yield self.apply[user.address]

    @staticmethod
    def _known(numbers: Mapping[Address, int], addresses: Iterable[Address]) -> Iterable[int]:
        return (numbers[address] for address in addresses if address in numbers)


def _rolling(pending: Sequence[Change]) -> dict[Address, Address]:
    """Return the rolling order: each changed replica waits until the one before it is up, unless that waits for it."""
    entries: dict[tuple[str, str], list[Address]] = {}
    for change in pending:
        if change.action is Action.REPLACE or (change.action is Action.UPDATE and _is_at_work(change)):
            entries.setdefault((change.address.kind, change.address.name), []).append(change.address)
    rows = (sorted(addresses, key=lambda address: address.index) for addresses in entries.values())
    rolling = {after: before for row in rows for before, after in pairwise(row)}
    if not rolling:
        return {}
    needed = {one.address: [d.address for d in one.desired.depends_on] for one in pending if one.desired}
    possible = merge_acyclic(needed, {after: (before,) for after, before in rolling.items()})
    return {after: before for after, before in rolling.items() if before in possible[after]}


def _is_at_work(change: Change) -> bool:
    health = change.observed.health if change.observed else None
    return health is not None and health.phase == "running"


def _goes_first(change: Change, catalog: Catalog) -> bool:
    return change.action is Action.REPLACE and catalog[change.address.kind].delete_before_create


def _needs(change: Change) -> frozenset[Address]:
    """Return the recorded dependencies of a change's observed side; without one, there are none."""
    return change.observed.recorded_dependencies if change.observed else frozenset()


def _bases(pending: Iterable[Change]) -> dict[Address, frozenset[Address]]:
    """Return the recorded dependencies of each live resource, without edges that would close a circle.

    Each was recorded when its resource was created: records of different runs may contradict each other.
    """
    return merge_acyclic(
        {change.address: _needs(change) for change in pending if Reason.ABANDONED not in change.reasons}
    )

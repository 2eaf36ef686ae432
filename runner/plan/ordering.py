"""Order: what comes before what, for changes and for the two halves that they fall into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from itertools import pairwise

from runner.core.address import Address
from runner.core.plan import Action, Change, Phase, Reason, Step
from runner.core.state import Resource
from runner.plan.batching import batch_recreations
from runner.resource.kind import Catalog


def in_order(resources: Mapping[Address, Resource], catalog: Catalog) -> list[Resource]:
    """Return every resource after what it depends on, kind by kind as far as that goes; no cycle, please."""
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
    """Make the steps of every pending change, each with the numbers of those before it.

    What is made comes after what it rests on; what goes, goes before what it rests on, and after
    things of other kinds that have yet to let go of it; what is made anew under its users comes
    after those as well, unless they wait for it, and together with what it takes something from.
    Orphans that nothing holds go before others of their kind are made, which may want their ports;
    leftovers in any case, since they may hold names as well.
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
    """Return every step that waits for one, directly or not, and that one."""
    found, newest = {number}, {number}
    while newest:
        newest = {step for step, before in enumerate(needs) if step not in found and not newest.isdisjoint(before)}
        found |= newest
    return found


@dataclass(slots=True)
class _Graph:
    """The halves of all changes in a row; a half is called by its number there."""

    catalog: Catalog
    recreated: frozenset[Address]
    """What must be gone before its successor can be: whatever holds it goes first as well."""
    live_dependencies: Mapping[Address, frozenset[Address]]
    """What the live side of each change rests on."""
    rolling_order: Mapping[Address, Address]
    """By replica, the one that is to prove the new version first."""
    halves: list[tuple[Change, Phase]] = field(default_factory=list)
    apply: dict[Address, int] = field(default_factory=dict)
    delete: dict[Address, int] = field(default_factory=dict)
    """Of real things; leftovers share the address of one."""
    orphans: dict[str, list[Change]] = field(default_factory=dict)
    """By family."""
    users: dict[Address, list[Change]] = field(default_factory=dict)
    abandoned: dict[Address, list[int]] = field(default_factory=dict)
    """By what they rest on, the deletion of leftovers."""
    in_the_way: dict[str, list[int]] = field(default_factory=dict)
    """By family, the deletion of leftovers."""
    freed_by: dict[str, frozenset[int]] = field(default_factory=dict)
    """By family, the steps before anything of it is made: one set for all, or plans would grow with the square."""

    def add(self, change: Change) -> None:
        """Number the halves of a change and note what it rests on."""
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
        """Return the numbers of the steps before one half of a change; to be asked when all are added."""
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
        """Return the deletions after which names and ports are free for what is made."""
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
        """Yield the steps after which things of other families have let go of what is to be deleted.

        One of its own family is not waited for: it may in turn wait for the deleted one's successor.
        """
        users = [user for user in self.users.get(change.address, ()) if user.address not in self.delete]
        others = [user.address for user in users if self._family(user) != self._family(change)]
        return self._known(self.apply, others)

    def _family(self, change: Change) -> str:
        return self.catalog[change.address.kind].engine_kind

    def leaving(self, change: Change) -> Iterator[int]:
        """Yield the steps after which nothing is on a thing any more that isn't to stay on it."""
        yield from self.abandoned.get(change.address, ())
        for user in self.users.get(change.address, ()):
            if user.address in self.delete:
                yield self.delete[user.address]
            elif user.desired and change.address not in {needed.address for needed in user.desired.depends_on}:
                yield self.apply[user.address]

    @staticmethod
    def _known(numbers: Mapping[Address, int], addresses: Iterable[Address]) -> Iterable[int]:
        return (numbers[address] for address in addresses if address in numbers)


def _rolling(pending: Iterable[Change]) -> dict[Address, Address]:
    """Return for each replica that changes the one before it: only when that one works, the next is touched."""
    entries: dict[tuple[str, str], list[Address]] = {}
    for change in pending:
        if change.action is Action.REPLACE or (change.action is Action.UPDATE and _is_at_work(change)):
            entries.setdefault((change.address.kind, change.address.name), []).append(change.address)
    rows = (sorted(addresses, key=lambda address: address.index) for addresses in entries.values())
    return {after: before for row in rows for before, after in pairwise(row)}


def _is_at_work(change: Change) -> bool:
    health = change.observed.health if change.observed else None
    return health is not None and health.phase == "running"


def _goes_first(change: Change, catalog: Catalog) -> bool:
    return change.action is Action.REPLACE and catalog[change.address.kind].delete_before_create


def _needs(change: Change) -> frozenset[Address]:
    """Return what the live side of a change rests on; what isn't there yet holds nothing."""
    return change.observed.recorded_dependencies if change.observed else frozenset()


def _bases(pending: Iterable[Change]) -> dict[Address, frozenset[Address]]:
    """Return what each live thing rests on, without what would close a circle.

    Each was written down when the thing was made: those of different runs may contradict each other.
    """
    bases = {change.address: set(_needs(change)) for change in pending if Reason.ABANDONED not in change.reasons}
    while circle := _circle(bases):
        before, after = circle[:2]
        bases[after].discard(before)
    return {address: frozenset(needs) for address, needs in bases.items()}


def _circle(bases: Mapping[Address, set[Address]]) -> list[Address]:
    """Return addresses of which each is a base of the next, the first again at the end, or nothing."""
    try:
        TopologicalSorter(bases).prepare()
    except CycleError as error:
        found: list[Address] = error.args[1]
        return found
    return []

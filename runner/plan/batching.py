"""Batches of replacements that take exclusive ranges from each other: such as two networks that swap subnets.

A replaced resource may want a range that others still hold, even in a cycle; those are recreated as one batch. A new
resource waits for the holder. Knows nothing of what the ranges are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from runner.core.address import Address
from runner.core.plan import Action, Change
from runner.resource.kind import Catalog, ExclusiveRange


def batch_recreations(
    changes: Iterable[Change], numbers: Mapping[Address, int], needs: list[frozenset[int]], catalog: Catalog
) -> dict[int, tuple[Change, ...]]:
    """Merge the dependencies of each batch into its first step; the others, and new takers, wait for it.

    `numbers` are those of the steps that create things, `needs` what each step waits for. Returns the other changes of
    each batch by the number of its first step.
    """
    pending = tuple(changes)
    remade = [change for change in pending if _moves_users(change, catalog)]
    companions = {}
    for group in _in_one_go(remade, catalog):
        first, *others = (numbers[change.address] for change in group)
        needs[first] = needs[first].union(*(needs[other] for other in others))
        for other in others:
            needs[other] |= {first}
        companions[first] = tuple(group[1:])
    new = [change for change in pending if change.action is Action.CREATE] if remade else []
    for taker, holder in _clashes(new, remade, catalog):
        needs[numbers[taker.address]] |= {numbers[holder.address]}
    return companions


def _in_one_go(remade: Sequence[Change], catalog: Catalog) -> list[list[Change]]:
    """Return the batches of changes that can only be applied together, each in order."""
    leaders: dict[Address, Address] = {change.address: change.address for change in remade}
    for taker, holder in _clashes(remade, remade, catalog):
        if taker is not holder:
            leaders[_leader(leaders, holder.address)] = _leader(leaders, taker.address)
    groups: dict[Address, list[Change]] = {}
    for change in remade:
        groups.setdefault(_leader(leaders, change.address), []).append(change)
    return [group for group in groups.values() if len(group) > 1]


def _moves_users(change: Change, catalog: Catalog) -> bool:
    return change.action is Action.REPLACE and catalog[change.address.kind].recreates_in_place


def _clashes(takers: Iterable[Change], holders: Iterable[Change], catalog: Catalog) -> Iterator[tuple[Change, Change]]:
    """Yield each change that wants part of a range another one holds: one sweep over all wanted and held ranges."""
    wanted = [(exclusive_range, change, True) for change in takers for exclusive_range in _wanted(change, catalog)]
    held = [(exclusive_range, change, False) for change in holders for exclusive_range in _held(change, catalog)]
    open_ends: list[tuple[ExclusiveRange, Change, bool]] = []
    for exclusive_range, change, takes in sorted((*wanted, *held), key=lambda part: part[0]):
        open_ends = [
            part
            for part in open_ends
            if part[0].space == exclusive_range.space and part[0].last >= exclusive_range.first
        ]
        for _, other, other_takes in open_ends:
            if takes is not other_takes:
                yield (change, other) if takes else (other, change)
        open_ends.append((exclusive_range, change, takes))


def _wanted(change: Change, catalog: Catalog) -> Iterable[ExclusiveRange]:
    kind = catalog[change.address.kind]
    return kind.exclusive_ranges(change.desired.engine_name, change.desired.fields) if change.desired else ()


def _held(change: Change, catalog: Catalog) -> Iterable[ExclusiveRange]:
    kind = catalog[change.address.kind]
    return kind.exclusive_ranges(change.observed.engine_name, change.observed.fields) if change.observed else ()


def _leader(leaders: dict[Address, Address], address: Address) -> Address:
    while leaders[address] != address:
        address = leaders[address]
    return address

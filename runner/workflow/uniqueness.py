"""Uniqueness conflicts: exclusive claims, such as to a host port, that two resources make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

from runner.core.address import Address
from runner.core.claim import ExclusiveClaim
from runner.core.state import Resource
from runner.core.struct import Struct

_ALL = range(1)
"""Placeholder for the numbers of a claim without any."""


class Conflict(Struct):
    """A claim that conflicts with an earlier one by `holder`. Of ranges both are reduced to their shared part."""

    holder: Address
    held: ExclusiveClaim
    address: Address
    claim: ExclusiveClaim


def find_conflicts(resources: Iterable[Resource]) -> Iterator[Conflict]:
    """Yield each claim that conflicts with an earlier one; replicas of one entry share their claims."""
    by_what: dict[str, list[_Made]] = {}
    order = 0
    for resource in resources:
        for claim in (claim for claim in resource.claims if not claim.is_choice):
            by_what.setdefault(claim.what, []).append(_Made(order, resource.address, claim, claim.numbers or _ALL))
            order += 1
    found = [pair for made in by_what.values() if len(made) > 1 for pair in _overlapping(made)]
    for first, second in sorted(found, key=lambda pair: (pair[1].order, pair[0].order)):
        shared = range(
            max(first.numbers.start, second.numbers.start),
            min(first.numbers.stop, second.numbers.stop),
        )
        yield Conflict(first.address, first.claim.part(shared), second.address, second.claim.part(shared))


class _Made(Struct):
    """A claim with its `order` among all."""

    order: int
    address: Address
    claim: ExclusiveClaim
    numbers: range


def _overlapping(made: list[_Made]) -> Iterator[tuple[_Made, _Made]]:
    """Yield the earlier and the later of two conflicting claims, each later one at most once.

    Sweeps over the claims by their numbers, and compares each with those that it overlaps: of several for the same
    numbers and address, which conflict with each other, only with the first.
    """
    active: dict[tuple[int, int, str], list[_Made]] = {}
    ends: list[tuple[int, tuple[int, int, str]]] = []
    reported: set[int] = set()
    for one in sorted(made, key=lambda made: (made.numbers.start, made.order)):
        while ends and ends[0][0] <= one.numbers.start:
            active.pop(heappop(ends)[1], None)
        for others in active.values():
            other = next((other for other in others if _clash(other, one)), None)
            if other is not None:
                first, second = (other, one) if other.order < one.order else (one, other)
                if second.order not in reported:
                    reported.add(second.order)
                    yield first, second
        key = (one.numbers.start, one.numbers.stop, one.claim.where)
        if key not in active:
            heappush(ends, (one.numbers.stop, key))
        same = active.setdefault(key, [])
        if len(same) < 2 and not any(_entry(other) == _entry(one) for other in same):
            same.append(one)


def _clash(held: _Made, one: _Made) -> bool:
    are_replicas = held.address != one.address and _entry(held) == _entry(one)
    return not are_replicas and held.claim.is_beside(one.claim)


def _entry(made: _Made) -> tuple[str, str]:
    return made.address.kind, made.address.name

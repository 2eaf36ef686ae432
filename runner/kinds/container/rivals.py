"""Several containers of one address: which of them is the current one, and which were left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.core.address import Address
from runner.core.state import ObservedResource
from runner.core.struct import replace
from runner.kinds.container.names import NEW, OLD, STARTING, suffix_of
from runner.kinds.container.options.lifecycle import COMPLETED


def classify(seen: list[ObservedResource]) -> tuple[list[ObservedResource], list[ObservedResource]]:
    """Choose the current container of each address; an interrupted replacement or removal abandoned the others."""
    own: list[ObservedResource] = []
    abandoned = [one for one in seen if _is_going(one)]
    by_address: dict[Address, list[ObservedResource]] = {}
    for one in seen:
        if not _is_going(one):
            by_address.setdefault(one.address, []).append(one)
    for rivals in by_address.values():
        first, *others = sorted(rivals, key=_rank)
        if suffix_of(first.engine_name) == NEW:
            others.insert(0, first)
        else:
            own.append(first)
        abandoned.extend(others)
    return own, list(_leftovers(abandoned))


def _is_going(one: ObservedResource) -> bool:
    """Return whether a removal has begun: it can't be undone, and a dead container is one whose removal failed."""
    phase = one.health.phase if one.health else ""
    return phase in ("removing", "dead") or bool(one.traits.removed_with)


def _rank(one: ObservedResource) -> int:
    """Rank the containers of one address: the real name first, unless it never worked and the old one exists.

    A new one that has not taken over yet comes last; one that is starting has, but an old one is proved to work.
    """
    suffix, health = suffix_of(one.engine_name), one.health
    works = health is not None and health.phase in ("running", COMPLETED) and health.health in (None, "healthy")
    return {"": 0 if works else 2, OLD: 1, STARTING: 2, NEW: 3}[suffix]


def _leftovers(abandoned: Iterable[ObservedResource]) -> Iterator[ObservedResource]:
    """Mark containers as abandoned, each under an address of its own, since another container has the real one."""
    number: dict[Address, int] = {}
    for one in abandoned:
        kind, name, index = one.address.kind, one.address.name, one.address.index
        address = Address(kind, name + (suffix_of(one.engine_name) or ".left"), index)
        number[address] = number.get(address, 0) + 1
        if number[address] > 1:
            address = Address(kind, f"{address.name}.{number[address]}", index)
        yield replace(one, address=address, abandoned=True)

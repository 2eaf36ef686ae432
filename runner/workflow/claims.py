"""What only one resource can have, such as a host port, and who claims it a second time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.core.address import Address
from runner.core.state import Claim, Resource


@dataclass(frozen=True, slots=True)
class Clash:
    """A claim that comes too late: `holder` made the same one before."""

    holder: Address
    held: Claim
    address: Address
    claim: Claim


def find_clashes(resources: Iterable[Resource]) -> Iterator[Clash]:
    """Yield for each claim the first that stands in its way; replicas of one entry share theirs."""
    holders: dict[str, list[tuple[Address, Claim]]] = {}
    for resource in resources:
        for claim in resource.claims:
            held = holders.setdefault(claim.what, [])
            clash = next((Clash(*one, resource.address, claim) for one in held if _clash(*one, resource, claim)), None)
            if clash is not None:
                yield clash
            held.append((resource.address, claim))


def _clash(holder: Address, held: Claim, resource: Resource, claim: Claim) -> bool:
    mine = resource.address
    are_replicas = holder != mine and (holder.kind, holder.name) == (mine.kind, mine.name)
    return not are_replicas and (_covers(held.where, claim.where) or _covers(claim.where, held.where))


def _covers(wide: str, narrow: str) -> bool:
    """Tell whether listening on one address takes the other: nothing stands for all, 0.0.0.0 and :: for a family.

    >>> _covers("0.0.0.0", "127.0.0.1"), _covers("::", "127.0.0.1"), _covers("", "::1")
    (True, False, True)
    """
    if wide in ("", narrow):
        return True
    return wide == ("::" if ":" in narrow else "0.0.0.0") and narrow != ""

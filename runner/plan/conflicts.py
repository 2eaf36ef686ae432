"""Exclusive claims of a plan's resources, such as a host port, that something else on the engine holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.core.claim import ExclusiveClaim, Occupant
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change
from runner.core.state import Resource

_HELP = "free it, or choose another one"
_FREES = (Action.DELETE, Action.REPLACE)


def taken_claims(changes: Sequence[Change], occupants: Sequence[Occupant]) -> Iterator[Diagnostic]:
    """Yield a problem for each claim of a changing resource that is taken, unless the plan itself frees it."""
    if not occupants:
        return
    freed = {change.observed.id for change in changes if change.observed and change.action in _FREES}
    for change in changes:
        if change.desired is None or change.action in (Action.NOOP, Action.DELETE):
            continue
        own = freed | {change.observed.id} if change.observed else freed
        others = [one for one in occupants if one.id not in own]
        for claim in change.desired.claims:
            if claim.is_taken(one.claim for one in others):
                yield _problem(change.desired, claim, others)


def _problem(resource: Resource, claim: ExclusiveClaim, others: Sequence[Occupant]) -> Diagnostic:
    """Name the holder; if several hold a part each, the first one and its part."""
    found = [(taken, one.who) for one in others if (taken := claim.taken_by(one.claim))]
    taken, who = found[0]
    if claim.is_choice:
        taken, who = claim, " and ".join(dict.fromkeys(who for _, who in found))
    where = f" on {taken.where}" if taken.where else ""
    message = f"{resource.address}: {taken}{where} is already used by {who}"
    span = resource.locator.at(taken.place) if resource.locator else None
    return Diagnostic("already-taken", message, span or resource.span, _HELP)

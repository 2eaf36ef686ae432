"""What a plan's resources claim for themselves, such as a host port, while somebody else on the engine has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change
from runner.core.state import Claim, Occupant, Resource

_HELP = "free it, or ask for another one"
_FREES = (Action.DELETE, Action.REPLACE)


def taken_claims(changes: Sequence[Change], occupants: Sequence[Occupant]) -> Iterator[Diagnostic]:
    """Yield a problem for each claim of what is to change that is taken, but for what the plan itself frees."""
    if not occupants:
        return
    freed = {change.observed.id for change in changes if change.observed and change.action in _FREES}
    for change in changes:
        if change.desired is None or change.action in (Action.NOOP, Action.DELETE):
            continue
        own = freed | {change.observed.id} if change.observed else freed
        others = [one for one in occupants if one.id not in own]
        for claim in change.desired.claims:
            for taker in others:
                if taken := claim.taken_by(taker.claim):
                    yield _problem(change.desired, taken, taker)
                    break


def _problem(resource: Resource, claim: Claim, taker: Occupant) -> Diagnostic:
    where = f" on {claim.where}" if claim.where else ""
    message = f"{resource.address}: {claim}{where} is taken by {taker.who}"
    span = resource.locator.at(claim.place) if resource.locator else None
    return Diagnostic("already-taken", message, span or resource.span, _HELP)

"""Protected resources: never deleted or replaced, and what a destroy must keep for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.plan import Action, Change, Effect, FieldDiff, Plan, Reason
from runner.core.state import DesiredState, ObservedResource, Resource

_SHIELDED_FROM = (Action.REPLACE, Action.DELETE)


def protection(resource: Resource, live: ObservedResource) -> Iterator[FieldDiff]:
    """Yield the change from the recorded to the declared protection."""
    declared = _declared(resource)
    if declared != live.protected:
        yield FieldDiff("protect", live.protected, declared, Reason.CONFIG, Effect.UPDATE)


def _declared(resource: Resource) -> bool:
    return resource.settings.protect


def violations(changes: Iterable[Change]) -> Iterator[Diagnostic]:
    """Yield a problem for each protected resource that would be deleted or replaced; the file overrides the record."""
    for change in changes:
        if change.action in _SHIELDED_FROM and _is_shielded(change):
            message = f"{change.address} is protected, but would be {change.action.value}d"
            span = change.desired.span if change.desired else None
            yield Diagnostic("protected", message, span, "revert the change, or remove protect first")


def _is_shielded(change: Change) -> bool:
    live = change.observed
    if live is None or live.abandoned or not live.owned:
        return False
    return live.protected if change.desired is None else _declared(change.desired)


def kept_resources(doomed: Iterable[ObservedResource], desired: DesiredState | None) -> dict[Address, Address]:
    """Return what a destroy keeps, each with the protected resource that it is kept for: itself or a dependant.

    A resource is protected if the engine's record or the file says so; the file may not have been applied yet.
    """
    by_address = {one.address: one for one in doomed if one.owned and not one.abandoned}
    shielded = [one for one in by_address.values() if one.protected or _is_declared(one.address, desired)]
    below = {
        need: one.address for one in shielded for need in one.recorded_dependencies if need.kind != one.address.kind
    }
    return {address: below[address] for address in below if address in by_address} | {
        one.address: one.address for one in shielded
    }


def _is_declared(address: Address, desired: DesiredState | None) -> bool:
    resources: Mapping[Address, Resource] = desired.resources if desired else {}
    return address in resources and _declared(resources[address])


def kept_findings(plan: Plan) -> list[Diagnostic]:
    """Report what a destroy plan keeps, and why."""
    return [
        Diagnostic("protected", f"{change.address} {_why(change)}, and is kept", severity=Severity.WARNING)
        for change in plan.changes
        if change.action is Action.NOOP
    ]


def _why(change: Change) -> str:
    return "is protected" if change.observed and change.observed.protected else "is used by a protected resource"

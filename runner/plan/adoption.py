"""Unmanaged resources in the place of desired ones: when one may be adopted, what that changes, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change, Effect, Reason
from runner.core.state import DesiredState, ObservedResource, ObservedState, Resource, UnmanagedResource
from runner.core.struct import Struct, field, replace
from runner.resource.kind import Kind

_ANOTHER_NAME = "rename this one"


class Unmanaged(Struct):
    """The unmanaged resources of an engine that a workflow meets."""

    by_name: Mapping[tuple[str, str], UnmanagedResource] = field(default_factory=dict)
    """By the engine's kind, and the name there."""
    by_address: Mapping[Address, UnmanagedResource] = field(default_factory=dict)
    """By the declared resource that each stands for."""

    @classmethod
    def of(cls, things: Iterable[UnmanagedResource]) -> Unmanaged:
        """Arrange them."""
        found = tuple(things)
        return cls(
            {(thing.kind, thing.engine_name): thing for thing in found},
            {thing.stands_for: thing for thing in found if thing.stands_for},
        )

    def met_by(self, resource: Resource, kind: Kind, *, has_own: bool) -> tuple[UnmanagedResource, ...]:
        """Return those in the place of a declared resource: that which is it, unless it `has_own`, and its namesake."""
        itself = None if has_own else self.by_address.get(resource.address)
        namesake = self.by_name.get((kind.engine_kind, resource.engine_name))
        met = (itself, namesake if namesake is not itself else None)
        return tuple(thing for thing in met if thing)


def is_adopted(thing: UnmanagedResource, *, adopt: bool) -> bool:
    """Return whether an unmanaged resource is to be adopted: on request, or where its labels say what it is."""
    return adopt or thing.stands_for is not None


def adopted(change: Change, thing: UnmanagedResource) -> Change:
    """Turn the comparison with an unmanaged resource into an adoption.

    What would have to be replaced stays a replacement. It is only carried out where labels say what it is; elsewhere
    `adoption_blockers` yields the problem.
    """
    reasons = (Reason.UNMANAGED if thing.stands_for else Reason.REQUESTED, *change.reasons)
    if change.action is not Action.REPLACE:
        return replace(change, action=Action.UPDATE, verb="adopt", reasons=reasons)
    return replace(change, verb=f"adopt and {change.verb}", reasons=reasons) if thing.stands_for else change


def recreated_by_others(observed: ObservedState, desired: DesiredState | None) -> Mapping[Address, ObservedResource]:
    """Return what others created in the place of a workflow's own resources since: it is removed with the rest.

    A workflow that was never applied has no part in what bears such labels.
    """
    if desired is None or not (observed.abandoned or any(one.owned for one in observed.resources.values())):
        return {}
    stand_ins = {thing.stands_for: thing.live for thing in observed.foreign if thing.live and not thing.owner}
    return {
        address: replace(live, owned=True, recorded_dependencies=frozenset(one.address for one in declared.depends_on))
        for address, declared in desired.resources.items()
        if (live := stand_ins.get(address)) and address not in observed.resources
    }


def adoption_blockers(
    thing: UnmanagedResource, resource: Resource, compared: Change | None, kind: Kind, *, adopt: bool
) -> Iterator[Diagnostic]:
    """Yield why an unmanaged resource blocks a declared one, unless it can and should be adopted.

    `compared` is the change that would turn the one into the other, if it can be managed at all.
    """
    name = f'{thing.kind} "{thing.engine_name}"'
    may_be_replaced = thing.stands_for is not None and not kind.keeps_data
    adoptable = compared is not None and (may_be_replaced or compared.action is not Action.REPLACE)
    if thing.owner:
        message = f"{name} exists already and belongs to workflow {thing.owner}"
        yield Diagnostic("name-taken", message, resource.span, f"destroy it in that workflow, or {_ANOTHER_NAME}")
    elif compared is None or not is_adopted(thing, adopt=adopt):
        take = "adopt it with --adopt, " if adoptable else ""
        help = f"{take}remove or rename it, or {_ANOTHER_NAME}"
        yield Diagnostic("name-taken", f"{name} exists already and is not managed by runner", resource.span, help)
    elif not adoptable:
        message = f"{name} cannot be adopted without replacing it, because of {_obstacles(compared)}"
        help = f"match its settings in the file, remove or rename it, or {_ANOTHER_NAME}"
        yield Diagnostic("cannot-adopt", message, resource.span, help)


def _obstacles(change: Change) -> str:
    """List the fields that can't be changed in place; the plan shows their values."""
    paths = [found.shown_path or found.path for found in change.diff if found.effect is Effect.REPLACE]
    return ", ".join(paths) or "its dependencies"

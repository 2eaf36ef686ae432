"""Things of somebody else's under a wanted name: when one may be adopted, what that comes to, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change, Effect, Reason
from runner.core.state import Resource, UnmanagedResource

_ANOTHER_NAME = "give this one another name"


def adopted(change: Change) -> Change:
    """Make an adoption out of the comparison with what is somebody else's.

    What would have to be replaced stays a replacement, and is never carried out: `objections` has the problem.
    """
    if change.action is Action.REPLACE:
        return change
    return replace(change, action=Action.UPDATE, verb="adopt", reasons=(Reason.REQUESTED, *change.reasons))


def adoption_blockers(
    thing: UnmanagedResource, resource: Resource, compared: Change | None, *, adopt: bool
) -> Iterator[Diagnostic]:
    """Yield why a thing stands in the way of a resource, unless it may be adopted and is to be.

    `compared` is what would have to happen to the thing to make it the resource, if it could be ours at all.
    """
    name = f'{thing.kind} "{thing.engine_name}"'
    adoptable = compared is not None and compared.action is not Action.REPLACE
    if thing.owner:
        message = f"{name} exists already and belongs to workflow {thing.owner}"
        yield Diagnostic("name-taken", message, resource.span, f"destroy it there, or {_ANOTHER_NAME}")
    elif compared is None or not adopt:
        take = "adopt it with --adopt, " if adoptable else ""
        help = f"{take}remove or rename it, or {_ANOTHER_NAME}"
        yield Diagnostic("name-taken", f"{name} exists already and belongs to somebody else", resource.span, help)
    elif not adoptable:
        message = f"{name} cannot be adopted: it would have to be made anew for {_obstacles(compared)}"
        help = f"declare it as it is, remove or rename it, or {_ANOTHER_NAME}"
        yield Diagnostic("cannot-adopt", message, resource.span, help)


def _obstacles(change: Change) -> str:
    """List the fields that can't be changed in place; the plan shows their values."""
    paths = [found.shown_path or found.path for found in change.diff if found.effect is Effect.REPLACE]
    return ", ".join(paths) or "what it rests on"

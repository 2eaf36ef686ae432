"""Unmanaged resources under a desired name: when one may be adopted, what that changes, and why not."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change, Effect, Reason
from runner.core.state import Resource, UnmanagedResource
from runner.core.struct import replace

_ANOTHER_NAME = "rename this one"


def adopted(change: Change) -> Change:
    """Turn the comparison with an unmanaged resource into an adoption.

    What would have to be replaced stays a replacement, and is never carried out: `adoption_blockers` yields the
    problem.
    """
    if change.action is Action.REPLACE:
        return change
    return replace(change, action=Action.UPDATE, verb="adopt", reasons=(Reason.REQUESTED, *change.reasons))


def adoption_blockers(
    thing: UnmanagedResource, resource: Resource, compared: Change | None, *, adopt: bool
) -> Iterator[Diagnostic]:
    """Yield why an unmanaged resource blocks a declared one, unless it can and should be adopted.

    `compared` is the change that would turn the one into the other, if it can be managed at all.
    """
    name = f'{thing.kind} "{thing.engine_name}"'
    adoptable = compared is not None and compared.action is not Action.REPLACE
    if thing.owner:
        message = f"{name} exists already and belongs to workflow {thing.owner}"
        yield Diagnostic("name-taken", message, resource.span, f"destroy it in that workflow, or {_ANOTHER_NAME}")
    elif compared is None or not adopt:
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

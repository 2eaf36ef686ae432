"""Forced rebuilds: builds that are requested whatever the plan would decide."""

from __future__ import annotations

from dataclasses import replace

from runner.core.plan import Effect, FieldDiff, Reason
from runner.core.state import DesiredState, ObservedResource, Resource


def force_rebuild(desired: DesiredState) -> DesiredState:
    """Force a rebuild of every image that a workflow builds, without the build cache."""
    resources = {
        address: _asked_for(one) if address.kind == "image" and "build" in one.settings else one
        for address, one in desired.resources.items()
    }
    return replace(desired, resources=resources)


def _asked_for(image: Resource) -> Resource:
    request = replace(image.settings["build"], no_cache=True)
    return replace(image, settings={**image.settings, "build": request, "rebuild": True})


def weigh(resource: Resource, _live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Add the requested rebuild to the diff."""
    if not is_forced(resource):
        return diff
    return (*diff, FieldDiff("build", "done", "again", Reason.REQUESTED, Effect.REPLACE))


def is_forced(resource: Resource) -> bool:
    """Return whether an image is built, and pushed, even if it is up to date."""
    return bool(resource.settings.get("rebuild"))

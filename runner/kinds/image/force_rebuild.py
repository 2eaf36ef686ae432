"""Builds that are asked for whatever they would come to."""

from __future__ import annotations

from dataclasses import replace

from runner.core.plan import Effect, FieldDiff, Reason
from runner.core.state import DesiredState, ObservedResource, Resource


def force_rebuild(desired: DesiredState) -> DesiredState:
    """Ask for every build of a workflow, with all of its instructions run."""
    resources = {
        address: _asked_for(one) if address.kind == "image" and "build" in one.settings else one
        for address, one in desired.resources.items()
    }
    return replace(desired, resources=resources)


def _asked_for(image: Resource) -> Resource:
    request = replace(image.settings["build"], without_cache=True)
    return replace(image, settings={**image.settings, "build": request, "rebuild": True})


def weigh(resource: Resource, _live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Add to the differences that a build is asked for."""
    if not is_forced(resource):
        return diff
    return (*diff, FieldDiff("build", "done", "again", Reason.REQUESTED, Effect.REPLACE))


def is_forced(resource: Resource) -> bool:
    """Tell whether an image is built, and pushed, whether it is due or not."""
    return bool(resource.settings.get("rebuild"))

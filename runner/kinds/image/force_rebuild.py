"""Forced rebuilds: builds that are requested whatever the plan would decide."""

from __future__ import annotations

from runner.core.plan import Effect, FieldDiff, Reason
from runner.core.state import DesiredState, ObservedResource, Resource
from runner.core.struct import replace
from runner.kinds.image.settings import BuildSettings


def force_rebuild(desired: DesiredState) -> DesiredState:
    """Force a rebuild of every image that a workflow builds, without the build cache."""
    resources = {
        address: replace(one, settings=_forced(one.settings)) if isinstance(one.settings, BuildSettings) else one
        for address, one in desired.resources.items()
    }
    return replace(desired, resources=resources)


def _forced(settings: BuildSettings) -> BuildSettings:
    return replace(settings, build=replace(settings.build, no_cache=True), rebuild=True)


def adjust_diff(resource: Resource, _live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Add the requested rebuild to the diff."""
    if not is_forced(resource):
        return diff
    return (*diff, FieldDiff("build", "done", "again", Reason.REQUESTED, Effect.REPLACE))


def is_forced(resource: Resource) -> bool:
    """Return whether an image is built, and pushed, even if it is up to date."""
    return isinstance(resource.settings, BuildSettings) and resource.settings.rebuild

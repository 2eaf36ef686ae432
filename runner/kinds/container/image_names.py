"""The names of a container's image, instead of the ids that it is compared by."""

from __future__ import annotations

from runner.core.plan import FieldDiff
from runner.core.state import ObservedResource, Resource
from runner.core.struct import replace
from runner.kinds.container.settings import ProcessSettings
from runner.kinds.container.traits import traits_of
from runner.resource.image_reference import familiar


def named_images(resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Return the diff with the names of the images, if they have different ones."""
    found = next((found for found in diff if found.path == "image"), None)
    before, after = traits_of(live).image_name, resource.settings_as(ProcessSettings).image
    if not found or not before or not after or familiar(before) == familiar(after):
        return diff
    names = replace(found, before=familiar(before), after=familiar(after))
    return tuple(replace(found, details=(names,)) if one is found else one for one in diff)

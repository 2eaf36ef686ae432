"""Substitute other images for those that a workflow names; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runner.core.address import Address
from runner.core.state import DesiredState, Resource
from runner.core.struct import replace
from runner.core.values import Value
from runner.kinds.container.settings import ProcessSettings

PINNED: Final = "pinned"
"""A setting of images that substitute for the declared ones: builds of the declared ones are no orphans then."""


def pinned_to(reference: str, pull: str) -> dict[str, Value]:
    """Return the values of an entry that is pinned to this image, whatever the file declares."""
    return {"reference": reference, "pull": pull, PINNED: True}


def substitute_images(desired: DesiredState, images: Mapping[Address, Resource]) -> DesiredState:
    """Substitute the images at some addresses; resources that use the old images use the new ones."""
    names = {desired.resources[address].engine_name: image.engine_name for address, image in images.items()}
    resources = {address: images.get(address) or _made_from(one, names) for address, one in desired.resources.items()}
    return replace(desired, resources=resources)


def _made_from(resource: Resource, names: Mapping[str, str]) -> Resource:
    """Make a resource use the substitute of its image."""
    settings = resource.settings
    if not isinstance(settings, ProcessSettings) or settings.image is None or settings.image not in names:
        return resource
    return replace(resource, settings=replace(settings, image=names[settings.image]))

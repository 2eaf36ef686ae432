"""Other images in the place of those that a workflow names; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from runner.core.address import Address
from runner.core.state import DesiredState, Resource
from runner.core.values import Value

PINNED: Final = "pinned"
"""A setting of images that are in the place of what the file says, which stays wanted."""


def pinned_to(reference: str, pull: str) -> dict[str, Value]:
    """Return the values of an entry that is to be this very image, whatever the file says of it."""
    return {"reference": reference, "pull": pull, PINNED: True}


def substitute_images(desired: DesiredState, images: Mapping[Address, Resource]) -> DesiredState:
    """Put images at some addresses that have one; what is made from the former is made from those."""
    names = {desired.resources[address].engine_name: image.engine_name for address, image in images.items()}
    resources = {address: images.get(address) or _made_from(one, names) for address, one in desired.resources.items()}
    return replace(desired, resources=resources)


def _made_from(resource: Resource, names: Mapping[str, str]) -> Resource:
    """Let what is made from an image be made from the one in its place."""
    name = str(resource.settings.get("image"))
    return replace(resource, settings={**resource.settings, "image": names[name]}) if name in names else resource

"""Images loaded from archives, in place of those that are built or pulled; pure."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.address import Address
from runner.core.state import DesiredState, Resource
from runner.core.struct import replace
from runner.kinds.image.declare import pulled_image
from runner.kinds.image.settings import ArchivedImage, PullSettings
from runner.kinds.image.substitute import substitute_images


def load_from_archive(desired: DesiredState, images: Mapping[Address, ArchivedImage]) -> DesiredState:
    """Replace images by archived ones, which are loaded and referred to by their ids."""
    return substitute_images(
        desired, {address: _loaded(desired.resources[address], one) for address, one in images.items()}
    )


def _loaded(resource: Resource, archived: ArchivedImage) -> Resource:
    image = pulled_image(resource.address.name, archived.id, shared=resource.shared)
    settings = replace(image.settings_as(PullSettings), archived=archived, pinned=True)
    return replace(image, settings=settings, span=resource.span)

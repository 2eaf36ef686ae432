"""Images loaded from archives, in place of those that are built or pulled; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from runner.core.address import Address
from runner.core.gateway import ImageArchive
from runner.core.state import DesiredState, Resource
from runner.kinds.image.declare import pulled_image
from runner.kinds.image.substitute import PINNED, substitute_images


@dataclass(frozen=True, slots=True)
class ArchivedImage:
    """An archive, the id that the image will have on the engine, and the names that it gets if they are free."""

    archive: ImageArchive
    id: str
    names: tuple[str, ...] = ()


def load_from_archive(desired: DesiredState, images: Mapping[Address, ArchivedImage]) -> DesiredState:
    """Replace images by archived ones, which are loaded and referred to by their ids."""
    return substitute_images(
        desired, {address: _loaded(desired.resources[address], one) for address, one in images.items()}
    )


def _loaded(resource: Resource, carried: ArchivedImage) -> Resource:
    image = pulled_image(resource.address.name, carried.id, shared=resource.shared)
    return replace(image, settings={**image.settings, "carried": carried, PINNED: True}, span=resource.span)

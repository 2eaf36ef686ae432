"""Images that come along as archives, in the place of those that are built or pulled; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from runner.core.address import Address
from runner.core.gateway import ImageArchive
from runner.core.state import DesiredState, Resource
from runner.kinds.image.declare import pulled
from runner.kinds.image.substitute import PINNED, with_images


@dataclass(frozen=True, slots=True)
class Carried:
    """An archive, the id that the image will have on the engine, and the names that it gets where they are free."""

    archive: ImageArchive
    id: str
    names: tuple[str, ...] = ()


def with_carried(desired: DesiredState, images: Mapping[Address, Carried]) -> DesiredState:
    """Let images be loaded by their ids."""
    return with_images(desired, {address: _loaded(desired.resources[address], one) for address, one in images.items()})


def _loaded(resource: Resource, carried: Carried) -> Resource:
    image = pulled(resource.address.name, carried.id, shared=resource.shared)
    return replace(image, settings={**image.settings, "carried": carried, PINNED: True}, span=resource.span)

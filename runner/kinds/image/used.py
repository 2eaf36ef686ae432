"""Which images a workflow uses as of now: by id, and by their digests in registries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.resolved_image import ResolvedImage
from runner.core.sensitive import is_sensitive
from runner.core.state import DesiredState, Resource
from runner.kinds.image.names import by_name

if TYPE_CHECKING:
    from runner.core.address import Address
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway


def images_of(desired: DesiredState) -> Iterator[tuple[Address, Resource]]:
    """Yield the declared images."""
    return ((address, one) for address, one in desired.resources.items() if address.kind == "image")


def used_images(gateway: Gateway, desired: DesiredState) -> Mapping[Address, ResolvedImage]:
    """Return the image that the engine has at each address."""
    listed = gateway.images.list()
    there = {**by_name(listed), **{image["Id"]: image for image in listed}}
    return {
        address: _used(one, there[one.engine_name]) for address, one in images_of(desired) if one.engine_name in there
    }


def _used(resource: Resource, image: EngineJSON) -> ResolvedImage:
    """Return an image by its id only if its name, which digests contain, is sensitive."""
    is_named = not is_sensitive("reference", resource.sensitive_places)
    return ResolvedImage(image["Id"], tuple(image.get("RepoDigests") or ()) if is_named else ())

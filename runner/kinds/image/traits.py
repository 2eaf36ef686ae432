"""What is observed of an image besides its fields."""

from __future__ import annotations

from runner.core.state import ObservedResource
from runner.core.traits import Traits


class ImageTraits(Traits, kw_only=True):
    """Where it comes from, and whether that has moved on."""

    fingerprint: str = ""
    """Of a build: the tag that records its inputs."""
    key: str = ""
    """Of a build that no entry declares any more: the key that it had."""
    is_outdated: bool = False
    """True if a registry has a newer base image."""
    is_adopted: bool = False
    """True if another program built it, and nothing says of which inputs."""
    newest_digest: str | None = None
    """The digest that the registry has now, of an image that is always pulled."""


def traits_of(image: ObservedResource | None) -> ImageTraits:
    """Return the traits of an image; none for what isn't one."""
    traits = image.traits if image else None
    return traits if isinstance(traits, ImageTraits) else ImageTraits()

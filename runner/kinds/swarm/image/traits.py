"""What is observed of an image on a swarm besides its fields."""

from __future__ import annotations

from runner.core.state import ObservedResource
from runner.kinds.image.traits import ImageTraits


class BaseTraits(ImageTraits, kw_only=True):
    """The traits of an image that nothing runs, such as the base of a build: only the manager that builds needs it."""


def is_only_base(image: ObservedResource | None) -> bool:
    """Return whether an image is needed only where others are built on it."""
    return image is not None and isinstance(image.traits, BaseTraits)

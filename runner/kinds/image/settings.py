"""The settings of images: of those that are built, and of those that are pulled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.core.settings import Settings
from runner.core.state import Ref
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.build import BuildRequest
    from runner.core.gateway import ImageArchive


class ArchivedImage(Struct):
    """An archive, the id that the image will have on the engine, and the names that it gets if they are free."""

    archive: ImageArchive
    id: str
    names: tuple[str, ...] = ()


class PullSettings(Settings, kw_only=True):
    """An image out of a registry or an archive, or one that the engine has."""

    reference: str
    pull: str = "missing"
    pinned: bool = False
    """True where it substitutes for what is declared: builds of the declared one are no orphans then."""
    archived: ArchivedImage | None = None
    """The archive that it is loaded from, if it is missing."""


class BuildSettings(Settings, kw_only=True):
    """An image that is built."""

    build: BuildRequest
    bases: Mapping[str, Ref]
    """Its base images, by their names in the Dockerfile."""
    given: tuple[str, ...]
    """The keys that the file sets."""
    rebuild: bool = False
    """True where it is built, and pushed, even if it is up to date."""


def build_of(settings: Settings) -> BuildRequest | None:
    """Return the build of an image; None for one that isn't built."""
    return settings.build if isinstance(settings, BuildSettings) else None

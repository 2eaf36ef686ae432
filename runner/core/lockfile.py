"""Which images the names in a workflow are locked to; knows no file and no engine."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.struct import Struct, field


class LockedImage(Struct):
    """The one image that a name is locked to."""

    digest: str = ""
    """Its digest at a registry; that of the index, so that other platforms find their image."""
    id: str = ""
    """Its id on the engine that it was locked on; only if no registry has it."""
    platforms: tuple[str, ...] = ()
    """The platforms it is built for, as far as known."""


class LockFile(Struct):
    """The locked images of one workflow, by the image name as engines write it."""

    workflow: str
    images: Mapping[str, LockedImage] = field(default_factory=dict)

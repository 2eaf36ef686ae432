"""Which images the names in a workflow stand for once they are locked; knows no file and no engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LockedImage:
    """The one image that a name stands for."""

    digest: str = ""
    """What registries know it by; of an index, so that other platforms find theirs."""
    id: str = ""
    """What the engine knows it by that it was locked on; only where no registry has it."""
    platforms: tuple[str, ...] = ()
    """Those that it is made for, as far as somebody told."""


@dataclass(frozen=True, slots=True)
class LockFile:
    """What was locked of one workflow, by the name of the image as engines write it."""

    workflow: str
    images: Mapping[str, LockedImage] = field(default_factory=dict)

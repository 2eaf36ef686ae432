"""The settings of containers, and those that jobs share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.settings import Settings
from runner.core.struct import Struct, field
from runner.kinds.container.declare.update_policy import UpdatePolicy

if TYPE_CHECKING:
    from runner.kinds.container.declare.readiness_probe import Ready


class GrantedFile(Struct):
    """A file that is granted to a container."""

    path: str
    content: bytes
    mode: int
    owner: tuple[int, int] | None
    """uid and gid; None stands for the user that the container runs as."""
    volume: str | None
    """The folder that must be a volume for the file, if any."""


class ProcessSettings(Settings, kw_only=True):
    """What everything has that runs as a container."""

    image: str | None = None
    """The engine name of its image; None where that is invalid."""
    granted_files: tuple[GrantedFile, ...] = ()
    """The files of its secrets and configs."""


class ContainerSettings(ProcessSettings, kw_only=True):
    """What a container has besides."""

    ready: Ready | None = None
    update: UpdatePolicy = field(default_factory=UpdatePolicy)
    may_complete: bool = False
    """True if it may end by itself with exit code 0, and isn't started again then."""

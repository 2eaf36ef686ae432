"""What is observed of a container for operations on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from runner.core.state import ObservedResource
from runner.core.struct import field
from runner.core.traits import Traits

AnonymousVolumes: TypeAlias = Mapping[str, str]
"""The names of anonymous volumes by mount path."""


class ContainerTraits(Traits, kw_only=True):
    """Volumes and namespaces of a container."""

    image_name: str = ""
    """The name of its image when it was created."""
    anonymous_volumes: AnonymousVolumes = field(default_factory=dict)
    image_volumes: frozenset[str] = frozenset()
    """The paths for which its image declares a volume."""
    file_volumes: tuple[str, ...] = ()
    """The names of its volumes for granted files."""
    is_adopted: bool = False
    """True if another program created it: it has no labels of runner itself."""
    completion: str = ""
    """The name of the volume that records a completion of it, if there is one."""
    is_completion_recorded: bool = False
    """True if it records that which is observed."""
    started: str = ""
    """When it was last started, in RFC 3339."""
    replaced: str = ""
    """When it was created in place of another one, in RFC 3339; empty for one that wasn't."""
    sharers: tuple[str, ...] = ()
    """The ids of the running containers that share its namespaces, nearest first."""


def traits_of(container: ObservedResource | None) -> ContainerTraits:
    """Return the traits of a container; none for what isn't one, or of which only a record is left."""
    traits = container.traits if container else None
    return traits if isinstance(traits, ContainerTraits) else ContainerTraits()

"""What a kind observes with, and what it observed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from runner.core.claim import Occupant
from runner.core.diagnostic import Diagnostic
from runner.core.engine import Engine
from runner.core.state import (
    DesiredState,
    ObservedResource,
    Resource,
    UnmanagedResource,
)
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.label_store import LabelRecord
    from runner.resource.swarm_lists import SwarmLists


class ObserveContext(Struct, dict=True):
    """What a kind needs to observe the engine; `desired` is None when only the workflow's name is known.

    Lists that several kinds need are fetched once.
    """

    gateway: Gateway
    workflow: str
    engine: Engine
    desired: DesiredState | None = None

    @cached_property
    def containers(self) -> Sequence[EngineJSON]:
        """Every container of the engine, in the list endpoint's short form."""
        return self.gateway.containers.list()

    @cached_property
    def volumes(self) -> Sequence[EngineJSON]:
        """Every volume of the engine."""
        return self.gateway.volumes.list()

    @cached_property
    def records(self) -> Sequence[LabelRecord]:
        """Every record among them."""
        from runner.resource.volume_store import records_among

        return records_among(self.volumes)

    @cached_property
    def networks(self) -> Sequence[EngineJSON]:
        """Every network of the engine."""
        return self.gateway.networks.list()

    @cached_property
    def swarm(self) -> SwarmLists:
        """The lists of the swarm that the engine manages; EngineError unless it does, and the swarm has a leader."""
        from runner.resource.swarm_lists import SwarmLists

        self.gateway.swarm.require()
        return SwarmLists(self.gateway)

    def wanted(self, kind: str) -> list[Resource]:
        """Return the declared resources of a kind."""
        return [r for a, r in self.desired.resources.items() if a.kind == kind] if self.desired else []


class Observation(Struct):
    """What a kind observed: owned, abandoned and unmanaged resources, and an index of referenced ones."""

    own: tuple[ObservedResource, ...] = ()
    abandoned: tuple[ObservedResource, ...] = ()
    foreign: tuple[UnmanagedResource, ...] = ()
    index: tuple[ObservedResource, ...] = ()
    retained: tuple[ObservedResource, ...] = ()
    """Data that outlived its owner."""
    warnings: tuple[Diagnostic, ...] = ()
    """What could not be observed; the plan assumes the worst."""
    problems: tuple[Diagnostic, ...] = ()
    """Declarations that cannot work on this engine."""
    occupants: tuple[Occupant, ...] = ()
    """Current holders of claimable things, declared or not."""

"""What lists alone tell about the resources of all workflows of an engine: nothing is inspected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.health import Health
from runner.core.struct import Struct
from runner.resource.labels import ADDRESS, ORCHESTRATOR, WORKFLOW, read_file
from runner.resource.orchestrator_names import DOCKER

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.label_store import LabelRecord
    from runner.resource.swarm_lists import SwarmLists


class EngineLists(Struct, dict=True):
    """The lists of an engine, each fetched once."""

    gateway: Gateway

    @cached_property
    def containers(self) -> Sequence[EngineJSON]:
        """Every container, in the short form."""
        return self.gateway.containers.list()

    @cached_property
    def images(self) -> Sequence[EngineJSON]:
        """Every image."""
        return self.gateway.images.list()

    @cached_property
    def networks(self) -> Sequence[EngineJSON]:
        """Every network."""
        return self.gateway.networks.list()

    @cached_property
    def volumes(self) -> Sequence[EngineJSON]:
        """Every volume, runner's own included."""
        return self.gateway.volumes.list()

    @cached_property
    def swarm(self) -> SwarmLists:
        """The lists of the swarm that the engine manages; EngineError unless it does."""
        from runner.resource.swarm_lists import SwarmLists

        self.gateway.swarm.require()
        return SwarmLists(self.gateway)

    @cached_property
    def records(self) -> Sequence[LabelRecord]:
        """Every record among them."""
        from runner.resource.volume_store import records_among

        return records_among(self.volumes)


class SwarmCensus(EngineLists):
    """The lists of an engine and of the swarm that it manages, which has records of its own."""

    @cached_property
    def records(self) -> Sequence[LabelRecord]:
        """Every record of the swarm."""
        return self.swarm.records


class OwnedResource(Struct):
    """A resource that a workflow owns, by its labels."""

    workflow: str
    address: Address
    health: Health | None = None
    """None for a kind that doesn't run."""
    created: float | None = None
    """In seconds since 1970, by the engine's clock; None where that isn't when a workflow created it."""
    file: str = ""
    """The workflow file that created or last changed it, HOST:PATH; empty if not recorded."""
    abandoned: bool = False
    """True if left behind by an interrupted run, beside the real resource."""
    orchestrator: str = DOCKER
    """What runs it."""


def read_owned(
    kind: str, labels: Mapping[str, str], *, health: Health | None = None, created: float | None = None
) -> OwnedResource | None:
    """Return the resource that labels make of something, None if it isn't one of this kind."""
    workflow = labels.get(WORKFLOW)
    try:
        address = Address.parse(labels.get(ADDRESS, ""))
    except ValueError:
        return None
    if not workflow or address.kind != kind:
        return None
    orchestrator = labels.get(ORCHESTRATOR, DOCKER)
    return OwnedResource(workflow, address, health, created, read_file(labels), orchestrator=orchestrator)

"""The lists of a swarm that an observation needs: no object is inspected by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway


class SwarmLists(Struct, dict=True):
    """The lists of a swarm, each fetched once."""

    gateway: Gateway

    @cached_property
    def services(self) -> Sequence[EngineJSON]:
        """Every service, with its whole spec."""
        return self.gateway.swarm.services.list()

    @cached_property
    def secrets(self) -> Sequence[EngineJSON]:
        """Every secret, without its data."""
        return self.gateway.swarm.secrets.list()

    @cached_property
    def configs(self) -> Sequence[EngineJSON]:
        """Every config, with its data; runner's records included."""
        return self.gateway.swarm.configs.list()

    @cached_property
    def networks(self) -> Sequence[EngineJSON]:
        """Every network that spans the swarm's nodes.

        An engine whose swarm has no leader lists its own alone, without an error. So the services come first, which
        are listed by a leader only; an answer that was asked for long before theirs came is not used (seen on 28.5).
        """
        _ = self.services
        return [one for one in self.gateway.networks.list() if one.get("Scope") == "swarm"]

    @cached_property
    def nodes(self) -> Mapping[str, EngineJSON]:
        """Every node, by id."""
        return {node["ID"]: node for node in self.gateway.swarm.nodes.list()}

    @cached_property
    def tasks(self) -> Mapping[str, Sequence[EngineJSON]]:
        """The tasks of services that runner owns, by the id of their service."""
        found: dict[str, list[EngineJSON]] = {}
        for task in self.gateway.swarm.tasks.list():
            found.setdefault(task["ServiceID"], []).append(task)
        return found

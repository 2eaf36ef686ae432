"""The lists of a swarm that an observation needs: no object is inspected by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from runner.core.errors import NotFound
from runner.core.struct import Struct
from runner.resource.config_records import records_among
from runner.resource.labels import DECLARED_NAME

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.label_store import LabelRecord


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
    def records(self) -> Sequence[LabelRecord]:
        """Runner's records among the configs."""
        return records_among(self.configs)

    @cached_property
    def networks(self) -> Sequence[EngineJSON]:
        """Every network that spans the swarm's nodes.

        An engine whose swarm has no leader lists its own alone, without an error. So the services come first, which
        are listed by a leader only; an answer that was asked for long before theirs came is not used (seen on 28.5).
        A network that was removed is listed by a node whose tasks are still leaving it: nodes tell containers, the
        swarm none (20.10, 28.5).
        """
        _ = self.services
        listed = self.gateway.networks.list()
        return [one for one in listed if one.get("Scope") == "swarm" and one.get("Containers") is None]

    @cached_property
    def network_names(self) -> Mapping[str, str]:
        """The name of every network that services are on, by id."""
        return network_names(self.gateway, self.services, self.networks)

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


def network_names(
    gateway: Gateway, services: Iterable[EngineJSON], networks: Iterable[EngineJSON] | None = None
) -> Mapping[str, str]:
    """Return the declared name of every network that services are on, by id; `networks` are those that are listed.

    No list has the swarm's own networks `bridge` and `host`, which stand for those of each node.
    """
    listed = gateway.networks.list() if networks is None else networks
    names = {str(one["Id"]): str((one.get("Labels") or {}).get(DECLARED_NAME) or one["Name"]) for one in listed}
    for service in services:
        for joined in service["Spec"].get("TaskTemplate", {}).get("Networks") or ():
            if joined["Target"] not in names:
                names[joined["Target"]] = _name_of(gateway, joined["Target"])
    return names


def _name_of(gateway: Gateway, network: str) -> str:
    try:
        return str(gateway.networks.inspect(network)["Name"])
    except NotFound:  # removed meanwhile
        return network

"""The end of a run on a swarm: versions that services have moved off are removed."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from runner.core.errors import EngineError
from runner.kinds.swarm.network import found as networks
from runner.kinds.swarm.network.verbs import remove_network
from runner.kinds.swarm.secret_config.found import versions_of
from runner.kinds.swarm.versions import Users, stale_versions
from runner.resource.swarm_lists import SwarmLists

if TYPE_CHECKING:
    from runner.core.gateway import Gateway


def tidy(gateway: Gateway, workflow: str, kept: frozenset[str]) -> None:
    """Remove the versions that nothing rests on any more, but those of the given ids.

    What can't be removed is left to the next run, which finds it.
    """
    with suppress(EngineError):
        lists, engine, swarm = SwarmLists(gateway), gateway.engine(), gateway.swarm
        users = Users(lists)
        for versions, remove in (
            (networks.versions_of(lists, workflow, engine), partial(remove_network, gateway)),
            (versions_of("secret", lists, workflow, engine), swarm.secrets.remove),
            (versions_of("config", lists, workflow, engine), swarm.configs.remove),
        ):
            for id in stale_versions(tuple(versions), users, kept):
                with suppress(EngineError):
                    remove(id)

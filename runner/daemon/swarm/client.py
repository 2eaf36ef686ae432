"""The swarm that an engine manages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from runner.core.engine_answers import EngineEvent, EngineJSON
from runner.core.errors import EngineError
from runner.core.swarm import SwarmState
from runner.daemon.event_stream import read_events
from runner.daemon.http.api import Api
from runner.daemon.http.engine_messages import START_MANAGERS
from runner.daemon.swarm.config_store import ConfigStore
from runner.daemon.swarm.contents import Contents
from runner.daemon.swarm.services import Services
from runner.daemon.swarm.shared_list import SharedList
from runner.daemon.swarm.tasks import Tasks


class Nodes:
    """See `core.swarm.Nodes`."""

    def __init__(self, api: Api) -> None:
        self._shared = SharedList(lambda: api.get("/nodes") or ())

    def list(self, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return all of them, asked for after a moment."""
        return self._shared.get(since)


class Swarm:
    """See `core.swarm.Swarm`."""

    def __init__(self, api: Api, info: Mapping[str, Any]) -> None:
        """Prepare; `info` is the answer that the engine gave about itself."""
        self._api = api
        self._info = info
        self.services = Services(api)
        self.tasks = Tasks(api)
        self.nodes = Nodes(api)
        self.secrets = Contents(api, "secrets")
        self.configs = Contents(api, "configs")
        self.records = ConfigStore(api)

    def state(self) -> SwarmState:
        """Return what the engine said about it."""
        return self._state

    @cached_property
    def _state(self) -> SwarmState:
        told = self._info.get("Swarm") or {}
        return SwarmState(
            local_state=str(told.get("LocalNodeState") or "inactive"),
            is_manager=bool(told.get("ControlAvailable")),
            error=str(told.get("Error") or ""),
            node_id=str(told.get("NodeID") or ""),
            managers=tuple(str(one.get("Addr", "")).rpartition(":")[0] for one in told.get("RemoteManagers") or ()),
            id=str((told.get("Cluster") or {}).get("ID") or ""),
        )

    def require(self) -> None:
        """Raise EngineError unless the engine manages a swarm that has a leader."""
        state = self.state()
        if state.local_state == "inactive":
            help = "docker swarm init makes it the first manager of one; docker swarm join makes it join one"
            raise EngineError(f"the engine at {self._api.host} is not in a swarm", help=help, code="not-a-manager")
        if state.local_state == "locked":
            help = "docker swarm unlock, with the key that docker swarm unlock-key prints on another manager"
            raise EngineError(f"the swarm of the engine at {self._api.host} is locked", help=help, code="swarm-locked")
        if not state.is_manager:
            managers = ", ".join(state.managers)
            help = f"ask a manager: {managers}" if managers else "ask one of its managers"
            message = f"the engine at {self._api.host} is a worker of its swarm, not a manager"
            raise EngineError(message, help=help, code="not-a-manager")
        if state.error:
            raise EngineError(f"the swarm has no leader: {state.error}", help=START_MANAGERS, code="no-quorum")

    def events(self) -> Iterator[EngineEvent]:
        """Stream the events of its services."""
        return read_events(self._api, {"type": ["service"]})

"""The swarm that an engine manages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from runner.core.engine_answers import EngineEvent, EngineJSON
from runner.core.errors import EngineError
from runner.core.swarm import SwarmState
from runner.daemon.event_stream import read_events
from runner.daemon.http.api import Api
from runner.daemon.http.swarm_messages import ASK_MANAGER, JOIN_SWARM, START_MANAGERS, UNLOCK_SWARM
from runner.daemon.lists import INFO, NODES, SWARM_LISTS
from runner.daemon.swarm.shared_list import SharedList

if TYPE_CHECKING:
    from runner.daemon.swarm.config_store import ConfigStore
    from runner.daemon.swarm.contents import Contents
    from runner.daemon.swarm.services import Services
    from runner.daemon.swarm.tasks import Tasks


_PATIENCE: Final = 30.0
"""Seconds that each call may take: for 20 of them a manager waits for a leader that has just been lost."""


class Nodes:
    """See `core.swarm.Nodes`."""

    def __init__(self, api: Api) -> None:
        self._shared = SharedList(lambda: api.get(NODES) or ())

    def list(self, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return all of them, asked for after a moment."""
        return self._shared.get(since)


class Swarm:
    """See `core.swarm.Swarm`."""

    def __init__(self, api: Api, info: Mapping[str, Any]) -> None:
        """Prepare; `info` is the answer that the engine gave about itself."""
        self._api = api.at_least(_PATIENCE)
        self._info = info
        self.nodes = Nodes(self._api)

    @cached_property
    def services(self) -> Services:
        """Its services."""
        from runner.daemon.swarm.services import Services

        return Services(self._api)

    @cached_property
    def tasks(self) -> Tasks:
        """Their tasks."""
        from runner.daemon.swarm.tasks import Tasks

        return Tasks(self._api)

    @cached_property
    def secrets(self) -> Contents:
        """Its secrets."""
        return self._contents("secrets")

    @cached_property
    def configs(self) -> Contents:
        """Its configs."""
        return self._contents("configs")

    def _contents(self, what: str) -> Contents:
        from runner.daemon.swarm.contents import Contents

        return Contents(self._api, what)

    @cached_property
    def records(self) -> ConfigStore:
        """Runner's own records."""
        from runner.daemon.swarm.config_store import ConfigStore

        return ConfigStore(self._api)

    def ask_ahead(self) -> None:
        """Ask for all lists side by side, unless they can't be had."""
        state = self.state()
        if state.is_manager and not state.error:
            self._api.ask_ahead(SWARM_LISTS)

    def state(self) -> SwarmState:
        """Return what the engine said about it."""
        return self._state

    @cached_property
    def _state(self) -> SwarmState:
        return self._read(self._info)

    def _read(self, info: Mapping[str, Any]) -> SwarmState:
        told = info.get("Swarm") or {}
        cluster = told.get("Cluster") or {}
        encryption = (cluster.get("Spec") or {}).get("EncryptionConfig") or {}
        return SwarmState(
            local_state=str(told.get("LocalNodeState") or "inactive"),
            is_manager=bool(told.get("ControlAvailable")),
            error=_plain(str(told.get("Error") or "")),
            node_id=str(told.get("NodeID") or ""),
            managers=tuple(str(one.get("Addr", "")).rpartition(":")[0] for one in told.get("RemoteManagers") or ()),
            id=str(cluster.get("ID") or ""),
            nodes_total=int(told.get("Nodes") or 0),
            managers_total=int(told.get("Managers") or 0),
            locks_managers=bool(encryption.get("AutoLockManagers")),
            root_certificate=str((cluster.get("TLSInfo") or {}).get("TrustRoot") or ""),
            is_rotating_root=bool(cluster.get("RootRotationInProgress")),
        )

    def require(self) -> None:
        """Raise EngineError unless the engine manages a swarm that has a leader.

        A manager waits 20 s for one that was just lost, and then says that there is none: by then there may be another
        (seen on 28.5).
        """
        if self._state.is_manager and self._state.error:
            self._state = self._read(self._api.get(INFO))
        state = self._state
        if state.local_state == "inactive":
            message = f"the engine at {self._api.host} is not in a swarm"
            raise EngineError(message, help=JOIN_SWARM, code="not-a-manager")
        if state.local_state == "locked":
            message = f"the swarm of the engine at {self._api.host} is locked"
            raise EngineError(message, help=UNLOCK_SWARM, code="swarm-locked")
        if state.local_state in ("pending", "error"):
            message = f"the engine at {self._api.host} can't work in its swarm: {state.error or state.local_state}"
            raise EngineError(message, help="docker info tells more", code="not-a-manager")
        if not state.is_manager:
            managers = ", ".join(state.managers)
            help = f"ask a manager: {managers}" if managers else ASK_MANAGER
            message = f"the engine at {self._api.host} is a worker of its swarm, not a manager"
            raise EngineError(message, help=help, code="not-a-manager")
        if state.error:
            raise EngineError(f"the swarm has no leader: {state.error}", help=START_MANAGERS, code="no-quorum")

    def events(self) -> Iterator[EngineEvent]:
        """Stream the events of its services."""
        return read_events(self._api, {"type": ["service"]})


def _plain(error: str) -> str:
    """Return an error without what only the programs that pass it on understand, and without what is told anyway.

    >>> _plain("rpc error: code = DeadlineExceeded desc = context deadline exceeded")
    'context deadline exceeded'
    """
    words = error.rpartition(" desc = ")[2]
    return "too few managers are online" if words.startswith("The swarm does not have a leader") else words

"""What runner needs of a swarm, through one of its managers: part of the gateway.

Requests and responses are Engine API JSON. Every call may take 20 seconds while the swarm elects a leader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineEvent, EngineJSON, TimestampedLine
    from runner.core.label_store import RecordStore


class SwarmState(Struct, kw_only=True):
    """What an engine says about the swarm that it is in."""

    local_state: str = "inactive"
    """inactive, pending, active, error or locked."""
    is_manager: bool = False
    error: str = ""
    """Why the swarm can't be used, such as a lost quorum; empty if it can."""
    node_id: str = ""
    managers: tuple[str, ...] = ()
    """The addresses of managers that it knows, without the port."""
    id: str = ""
    """The permanent id of the swarm; empty where only its managers know it, as what is below."""
    nodes_total: int = 0
    managers_total: int = 0
    locks_managers: bool = False
    """True if a manager that was restarted has to be unlocked with a key."""
    root_certificate: str = ""
    """What its nodes know each other by, as PEM."""
    is_rotating_root: bool = False
    """True while that is being replaced."""


class Services(Protocol):
    """The services of a swarm; `id` may be a name."""

    def list(self, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return all of them, each with its whole spec; `since` as for tasks."""

    def find(self, id: str, *, since: float | None = None) -> EngineJSON | None:
        """Return one as the list has it, by its id; None without it."""

    def inspect(self, id: str) -> EngineJSON:
        """Return one; NotFound without it."""

    def create(self, spec: EngineJSON) -> str:
        """Create one, with the login for its image's registry; return its id.

        Conflict when the name is taken.
        """

    def update(self, id: str, version: int, spec: EngineJSON) -> None:
        """Replace its whole spec; OutOfSequence when somebody else has changed it since that version."""

    def remove(self, id: str) -> None:
        """Remove it with its tasks; idempotent if it is already gone."""


class Tasks(Protocol):
    """The tasks of a swarm's services."""

    def list(self, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return all tasks of services that runner owns.

        With `since`, a moment of the monotonic clock, an answer that another thread has asked for after that moment
        serves as well: many waits share one request.
        """

    def of_service(self, id: str, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return those of the service with an id."""

    def log_lines(
        self,
        id: str,
        *,
        follow: bool = False,
        since: int | None = None,
        until: int | None = None,
        tail: int | None = None,
    ) -> Iterator[TimestampedLine]:
        """Yield the log lines of one task on whatever node, as `Containers.log_lines` does."""

    def last_lines(self, id: str, lines: int) -> tuple[str, ...]:
        """Return the last lines of its log; never raises: without a log, no lines."""


class Nodes(Protocol):
    """The nodes of a swarm."""

    def list(self, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return all of them; `since` as for tasks."""


class Contents(Protocol):
    """The secrets, or the configs, of a swarm."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them; configs with their data."""

    def create(self, name: str, labels: Mapping[str, str], data: bytes) -> str:
        """Create one; return its id. Conflict when the name is taken."""

    def relabel(self, id: str, version: int, spec: Mapping[str, Any]) -> None:
        """Replace its labels, all that can be changed; OutOfSequence when somebody else has done so since."""

    def remove(self, id: str) -> None:
        """Remove it; idempotent if it is gone. InUse while a service has it."""


class Swarm(Protocol):
    """The swarm that an engine manages."""

    @property
    def services(self) -> Services:
        """Return its services."""

    @property
    def tasks(self) -> Tasks:
        """Return their tasks."""

    @property
    def nodes(self) -> Nodes:
        """Return its nodes."""

    @property
    def secrets(self) -> Contents:
        """Return its secrets."""

    @property
    def configs(self) -> Contents:
        """Return its configs."""

    @property
    def records(self) -> RecordStore:
        """Return the records that runner keeps among its configs."""

    def state(self) -> SwarmState:
        """Return what the engine says about it, from the answer that it gave when it was first asked."""

    def require(self) -> None:
        """Raise EngineError with a way out unless the engine manages a swarm that has a leader.

        Lists can't be trusted without: an engine whose swarm has lost its quorum lists networks without the overlays.
        """

    def ask_ahead(self) -> None:
        """Ask for all lists side by side: their answers serve the next calls for them, if these come soon."""

    def events(self) -> Iterator[EngineEvent]:
        """Stream the events of its services until the stream ends; there are none of tasks."""

"""How something that runs fares: its phase, its health, and where it runs."""

from __future__ import annotations

from runner.core.struct import Struct


class NodeShare(Struct):
    """What a node of a swarm has of a service."""

    node: str
    """Its host name."""
    running: int
    """How many replicas it runs; none count while it is down."""
    is_down: bool = False


class Spread(Struct):
    """How a service is spread over the nodes of a swarm."""

    running: int
    wanted: int
    nodes: tuple[NodeShare, ...] = ()
    """The nodes that run replicas, or are to; by name."""
    trouble: str = ""
    """Why a replica doesn't run, and where, as the swarm has last told; empty while all of them do."""


class Health(Struct):
    """Runtime status: `phase` as the engine names it, `health` only if a health check reports one."""

    phase: str
    health: str | None = None
    since: str | None = None
    """When it entered this phase, in RFC 3339."""
    ports: tuple[str, ...] = ()
    exit_code: int | None = None
    """The last exit code, if it isn't running and the code is known."""
    restarts: int = 0
    """How often the engine's restart policy has restarted it, if the last restart was recent."""
    spread: Spread | None = None
    """Where it runs, if that is on the nodes of a swarm."""

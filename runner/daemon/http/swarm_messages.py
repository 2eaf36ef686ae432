"""What engines say of swarms that can't work, what it means, and what to do; seen on Docker 20.10.24 and 28.5.2."""

from __future__ import annotations

from typing import Final

from runner.core.errors import EngineError, NotFound
from runner.daemon.http.message_row import Row

START_MANAGERS: Final = (
    "a swarm needs more than half of its managers: start those that are down, or restore their network"
)
ASK_MANAGER: Final = "ask one of its managers: docker info lists their addresses"
JOIN_SWARM: Final = "docker swarm init makes it the first manager of one; docker swarm join makes it join one"
UNLOCK_SWARM: Final = "docker swarm unlock, with the key that docker swarm unlock-key prints on another manager"

SWARM_ROWS: Final = (
    Row(
        r"This node is not a swarm manager. Worker nodes",
        "the engine is a worker of its swarm, not a manager",
        ASK_MANAGER,
        (),
        error=EngineError,
        code="not-a-manager",
    ),
    Row(
        r"This node is not a swarm manager",
        "the engine is not in a swarm",
        JOIN_SWARM,
        (),
        error=EngineError,
        code="not-a-manager",
    ),
    Row(
        r"Swarm is encrypted and needs to be unlocked",
        "the swarm is locked",
        UNLOCK_SWARM,
        (),
        error=EngineError,
        code="swarm-locked",
    ),
    Row(
        r"The swarm does not have a leader",
        "the swarm has no leader",
        START_MANAGERS,
        (),
        error=EngineError,
        code="no-quorum",
    ),
    Row(
        r"(?P<kind>secret|config) not found: (?P<name>\S+)",
        "the {kind} {name}, which it is to use, was removed meanwhile",
        "apply again: it is created anew",
        (),
        code="removed-meanwhile",
    ),
    Row(
        r"network [0-9a-z]{25} not found",
        "a network that it is to join was removed meanwhile",
        "apply again: it is created anew",
        (),
        error=NotFound,
        code="removed-meanwhile",
    ),
)
"""Ids of a swarm have 25 characters, so the last row speaks of overlays only."""

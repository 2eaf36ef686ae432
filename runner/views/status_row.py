"""The status of one resource as a value: observed beside desired state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from runner.core.address import Address
from runner.core.health import Spread
from runner.core.struct import Struct, field

RUNNING: Final = "running"
"""The phase in which health and uptime count."""

COMPLETED: Final = "completed"
"""The phase of what usually keeps running, but may end, and did."""


class Sync(Enum):
    """How an observed resource compares with the file."""

    IN_SYNC = "in sync"
    DRIFTED = "drifted"
    MISSING = "missing"
    ORPHAN = "orphan"
    TAKEN = "taken"
    """It doesn't exist, and a foreign object has its name."""
    RETAINED = "retained"
    """It is an anonymous volume whose owner is gone."""
    LEFT_ALONE = "left alone"
    """Its entry in the file is switched off."""


class StatusRow(Struct):
    """The status of one resource; what it lacks is None or empty. `uptime` is in seconds."""

    address: Address
    sync: Sync
    phase: str | None = None
    """The state that the engine reports."""
    health: str | None = None
    uptime: int | None = None
    ports: tuple[str, ...] = ()
    image_id: str | None = None
    image_name: str | None = None
    """Its image as the nodes of a swarm know it, which have no id of it in common: without a digest."""
    exit_code: int | None = None
    restarts: int = 0
    owner: Address | None = None
    """The owner that a retained volume was created for; below, its mount path there."""
    target: str | None = None
    urls: Mapping[str, str] = field(default_factory=dict)
    """By published port, the URL under which it is reached, where it can be told."""
    spread: Spread | None = None
    """Where it runs, if that is on the nodes of a swarm."""

    @property
    def state(self) -> str | None:
        """Its health while it runs, else its phase: what exited or is paused keeps its last health."""
        return (self.health if self.phase == RUNNING else None) or self.phase

    @property
    def exit_text(self) -> str:
        """How it ended, to be appended to its state; empty if it didn't, and for a phase that tells it already."""
        return "" if self.exit_code is None else f" ({self.exit_code})"

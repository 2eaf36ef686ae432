"""The events of a rollback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from runner.core.address import Address


@dataclass(frozen=True, slots=True)
class RollbackStarted:
    """A failed or interrupted run starts to roll back."""

    name: ClassVar[str] = "rollback.started"
    cause: str
    """The address that failed, "interrupted" or "lock lost"."""
    addresses: tuple[Address, ...]
    """Everything to be undone, in this order."""


@dataclass(frozen=True, slots=True)
class RollbackStep:
    """A change is being undone. Emitted before the engine calls that it announces."""

    name: ClassVar[str] = "rollback.step"
    address: Address


@dataclass(frozen=True, slots=True)
class RollbackFinished:
    """Everything that could be undone is; data written into volumes stays."""

    name: ClassVar[str] = "rollback.finished"
    left: Mapping[str, str]
    """What could not be undone: by address, why."""
    duration_ms: int

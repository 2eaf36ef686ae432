"""The events of a rollback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from runner.core.address import Address
from runner.core.struct import Struct


class RollbackStarted(Struct):
    """A failed or interrupted run starts to roll back."""

    name: ClassVar[str] = "rollback.started"
    cause: str
    """The address that failed, "interrupted" or "lock lost"."""
    addresses: tuple[Address, ...]
    """Everything to be undone, in this order."""


class RollbackStep(Struct):
    """A change is being undone. Emitted before the engine calls that it announces."""

    name: ClassVar[str] = "rollback.step"
    address: Address


class RollbackFinished(Struct):
    """Everything that could be undone is; data written into volumes stays."""

    name: ClassVar[str] = "rollback.finished"
    left: Mapping[str, str]
    """What could not be undone: by address, why."""
    duration_ms: int

"""The lock of a workflow as a run tells of it: who has it, and what happens on the way to it and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that has the lock or wants it; `since` is RFC 3339 in UTC, by the clock of `host`.

    >>> print(Holder("ada", "laptop", 4242, "3f2a", "apply", "2026-02-03T04:05:06Z"))
    ada@laptop (apply, run 3f2a, pid 4242, since 2026-02-03T04:05:06Z)
    """

    user: str
    host: str
    pid: int
    run_id: str
    command: str
    since: str

    def __str__(self) -> str:
        return f"{self.user}@{self.host} ({self.command}, run {self.run_id}, pid {self.pid}, since {self.since})"


@dataclass(frozen=True, slots=True)
class LockWaiting:
    """Another run has the lock, and this one waits for it; said again when the next one has it."""

    name: ClassVar[str] = "lock.waiting"
    holder: Holder


@dataclass(frozen=True, slots=True)
class LockBroken:
    """The place of a run in the queue for the lock was cleared away, since the run is gone."""

    name: ClassVar[str] = "lock.broken"
    holder: Holder
    cause: str


@dataclass(frozen=True, slots=True)
class LockAcquired:
    """The lock is this run's own."""

    name: ClassVar[str] = "lock.acquired"
    waited_ms: int


@dataclass(frozen=True, slots=True)
class LockReleased:
    """The lock is free for others."""

    name: ClassVar[str] = "lock.released"
    held_ms: int

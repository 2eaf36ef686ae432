"""The lock of a workflow in a run's events: its holder, and how it is waited for, acquired and released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that holds the lock or waits for it; `since` is RFC 3339 in UTC, by the clock of `host`.

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
    """This run waits for the lock holder; emitted again for each next holder."""

    name: ClassVar[str] = "lock.waiting"
    holder: Holder


@dataclass(frozen=True, slots=True)
class LockBroken:
    """The ticket of a run that is gone was removed from the lock queue."""

    name: ClassVar[str] = "lock.broken"
    holder: Holder
    cause: str


@dataclass(frozen=True, slots=True)
class LockAcquired:
    """This run holds the lock."""

    name: ClassVar[str] = "lock.acquired"
    waited_ms: int


@dataclass(frozen=True, slots=True)
class LockReleased:
    """The lock is free."""

    name: ClassVar[str] = "lock.released"
    held_ms: int

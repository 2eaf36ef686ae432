"""The lock of a workflow in a run's events: its holder, and how it is waited for, acquired and released."""

from __future__ import annotations

from typing import ClassVar

from runner.core.struct import Struct


class Holder(Struct):
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


class LockWaiting(Struct):
    """This run waits for the lock holder; emitted again for each next holder."""

    name: ClassVar[str] = "lock.waiting"
    holder: Holder


class LockBroken(Struct):
    """The ticket of a run that is gone was removed from the lock queue."""

    name: ClassVar[str] = "lock.broken"
    holder: Holder
    cause: str


class LockAcquired(Struct):
    """This run holds the lock."""

    name: ClassVar[str] = "lock.acquired"
    waited_ms: int


class LockReleased(Struct):
    """The lock is free."""

    name: ClassVar[str] = "lock.released"
    held_ms: int

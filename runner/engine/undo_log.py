"""The undo log of a run: how each change is rolled back, and what is deferred until commit.

In an atomic run, nothing of the old state is removed before everything else has succeeded. Knows no kind by name, and
no order of steps except the order of registration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import TypeAlias

from runner.core.address import Address
from runner.core.errors import RunnerError, StepFailed
from runner.core.struct import MutableStruct, field

Call: TypeAlias = Callable[[], None]


def nothing() -> RunnerError | None:
    """Return no objection to a rollback."""
    return None


class UndoLog(MutableStruct):
    """The undo and commit actions of one run; operations register them from worker threads."""

    is_atomic: bool = False
    """True for an atomic run; in any other, nothing is registered here."""
    objection: Callable[[], RunnerError | None] = nothing
    """Called before each rollback; an error it returns prevents the rollback."""
    rollbacks: dict[Address, list[Call]] = field(default_factory=dict)
    last: dict[Address, list[Call]] = field(default_factory=dict)
    """Undo actions that come after all others, oldest address first."""
    commits: dict[Address, list[Call]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def on_rollback(self, address: Address, undo: Call, *, last: bool = False) -> None:
        """See `core.task.Task.on_rollback`."""
        with self.lock:
            actions = self.rollbacks.setdefault(address, [])
            (self.last.setdefault(address, []) if last else actions).append(undo)

    def on_commit(self, address: Address, finish: Call) -> None:
        """See `core.task.Task.on_commit`."""
        with self.lock:
            self.commits.setdefault(address, []).append(finish)

    def newest_first(self) -> Iterator[Address]:
        """Yield the addresses that can be rolled back, newest first."""
        return reversed(self.rollbacks)

    def undo(self, address: Address) -> RunnerError | None:
        """Undo all changes to a resource, newest first; return the error that prevented it."""
        return self.objection() or _all_done(self.rollbacks[address][::-1])

    def undo_last(self) -> Iterator[tuple[Address, RunnerError]]:
        """Run the undo actions that come after all others; yield each error with its address."""
        for address, calls in self.last.items():
            error = self.objection() or _all_done(calls)
            if error is not None:
                yield address, error

    def commit(self, address: Address) -> RunnerError | None:
        """Run the deferred actions of a resource; return the first error."""
        return _all_done(self.commits.get(address, ()))


def _all_done(calls: Iterable[Call]) -> RunnerError | None:
    """Make every call in turn, and return the first error: the run must not hang on it."""
    first: RunnerError | None = None
    for call in calls:
        try:
            call()
        except RunnerError as error:
            first = first or error
        except Exception as error:
            first = first or StepFailed(f"internal error: {error!r}", help="please report it", code="internal-error")
    return first

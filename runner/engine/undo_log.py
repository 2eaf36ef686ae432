"""What a run leaves word of while it goes on: how each change is taken back, and what is only done at its end.

Where the whole run is undone after a failure, nothing of the old state is removed before all else has succeeded. Knows
no kind by name, and nothing of the order of steps but that in which word came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeAlias

from runner.core.address import Address
from runner.core.errors import RunnerError, StepFailed

Call: TypeAlias = Callable[[], None]


def nothing() -> RunnerError | None:
    """Return what speaks against undoing: nothing does."""
    return None


@dataclass(slots=True)
class UndoLog:
    """The ways back of one run, and its loose ends; verbs write into it from threads of their own."""

    is_atomic: bool = False
    """True for a run that is undone as a whole; in any other nothing is written here."""
    objection: Callable[[], RunnerError | None] = nothing
    """Asked before anything is taken back; what it returns keeps it from coming back."""
    rollbacks: dict[Address, list[Call]] = field(default_factory=dict)
    commits: dict[Address, list[Call]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def on_rollback(self, address: Address, undo: Call) -> None:
        """See `core.task.Task.undo_by`."""
        with self.lock:
            self.rollbacks.setdefault(address, []).append(undo)

    def on_commit(self, address: Address, finish: Call) -> None:
        """See `core.task.Task.afterwards`."""
        with self.lock:
            self.commits.setdefault(address, []).append(finish)

    def newest_first(self) -> Iterator[Address]:
        """Yield what can be taken back, what came last first."""
        return reversed(self.rollbacks)

    def undo(self, address: Address) -> RunnerError | None:
        """Take back all that was done to a resource, what came last first; return what kept it from coming back."""
        return self.objection() or _all_done(self.rollbacks[address][::-1])

    def commit(self, address: Address) -> RunnerError | None:
        """Do what was left to the end for a resource; return what went wrong."""
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
            first = first or StepFailed(f"internal error: {error!r}", help="please report it")
    return first

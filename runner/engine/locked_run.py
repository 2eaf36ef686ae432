"""A run that changes the engine under the lock of its workflow.

What is carried out is planned once the lock is held, never before: another run may have changed everything since.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

from runner.core.diagnostic import Diagnostic
from runner.core.errors import Cancelled, EngineError, EngineUnreachable, InvalidInput, Locked, RunnerError
from runner.core.event import DiagnosticEvent, Event, RunFinished
from runner.core.plan import Plan
from runner.core.run_lock import LockReleased
from runner.engine.execute import Run
from runner.engine.lock import Lock

_ENDS = {Locked: ("refused", 4), Cancelled: ("cancelled", 130), EngineUnreachable: ("failed", 3)}
"""How a run ends that never began, and its exit code, by what kept it."""
_REFUSED = ("refused", 1)


class LockedRun:
    """Takes the lock, plans, carries the plan out and gives the lock back; used as a `Run` is.

    `plan` may raise a RunnerError to refuse what it finds by then; `timeout` is in seconds, for the lock alone.
    """

    def __init__(self, lock: Lock, timeout: float, plan: Callable[[], Plan], run: Callable[[Plan], Run]) -> None:
        self._lock = lock
        self._timeout = timeout
        self._plan = plan
        self._make = run
        self._run: Run | None = None
        self._is_cancelled = False
        self._was_lost = False
        self._objection: RunnerError | None = None
        lock.on_loss = self._lose

    def cancel(self) -> None:
        """Wait no more, begin no more steps; what is in flight is finished or undone."""
        self._is_cancelled = True
        if self._run is not None:
            self._run.cancel()

    def _lose(self) -> None:
        """Begin no more steps: somebody may be at work who thinks that nobody else is."""
        self._was_lost = self._is_cancelled = True
        if self._run is not None:
            self._run.cancel("lock lost")

    def _object(self) -> RunnerError | None:
        """Return what speaks against undoing what was done: a lock that was lost, and can't be had again at once."""
        if self._lock.is_lost and self._objection is None:
            try:
                self._lock.reacquire()
            except RunnerError as error:
                self._objection = error
        return self._objection

    def events(self) -> Iterator[Event]:
        """Do it all, and give the lock back however it ends; the last event says how."""
        began, acquired = time.monotonic(), None
        try:
            yield from self._lock.acquire(self._timeout, lambda: self._is_cancelled)
            acquired = time.monotonic()
            finished = yield from self._carry_out()
        except RunnerError as error:
            yield from _findings(error)
            result, code = next((end for kind, end in _ENDS.items() if isinstance(error, kind)), _REFUSED)
            finished = RunFinished(result, {}, _since(began), code)
        finally:
            is_free = self._give_back()
        if acquired is not None and is_free:
            yield LockReleased(held_ms=_since(acquired))
        yield finished

    def _give_back(self) -> bool:
        try:
            self._lock.release()
        except EngineError:  # what stays there is known to be dead as soon as this process is
            return False
        return True

    def _carry_out(self) -> Generator[Event, None, RunFinished]:
        self._run = run = self._make(self._plan())
        run.set_rollback_guard(self._object)
        if self._is_cancelled:
            run.cancel()
        finished: RunFinished | None = None
        for event in run.events():
            if isinstance(event, RunFinished):
                finished = event
            else:
                yield event
        assert finished is not None, "a run says how it ended"
        if self._was_lost:
            help = "see what they changed with: runner plan; then apply again"
            yield DiagnosticEvent(Diagnostic("lock-lost", "somebody broke the lock of this run", help=help))
            finished = replace(finished, result="failed", exit_code=1)
        return finished


def _findings(error: RunnerError) -> Iterator[DiagnosticEvent]:
    if isinstance(error, InvalidInput):
        yield from map(DiagnosticEvent, error.diagnostics)
    elif not isinstance(error, Cancelled):
        code = "locked" if isinstance(error, Locked) else "refused"
        yield DiagnosticEvent(Diagnostic(code, error.message, help=error.help))


def _since(moment: float) -> int:
    return int((time.monotonic() - moment) * 1000)

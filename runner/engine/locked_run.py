"""A run that changes the engine while holding its workflow's lock.

The plan is made once the lock is held, never before: another run may have changed everything in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator

from runner.core.diagnostic import Diagnostic
from runner.core.errors import Cancelled, EngineError, EngineUnreachable, InvalidInput, Locked, RunnerError
from runner.core.event import DiagnosticEvent, Event, RunFinished
from runner.core.exit_code import ExitCode
from runner.core.plan import Plan
from runner.core.run_lock import LockReleased
from runner.core.struct import replace
from runner.engine.execute import Run
from runner.engine.lock import Lock

_ENDS = {
    Locked: ("refused", ExitCode.LOCKED),
    Cancelled: ("cancelled", ExitCode.INTERRUPTED),
    EngineUnreachable: ("failed", ExitCode.UNREACHABLE),
}
"""Result and exit code of a run that never started, by the error that prevented it."""
_REFUSED = ("refused", ExitCode.FAILED)


class LockedRun:
    """Acquires the lock, plans, applies the plan and releases the lock; has the interface of `Run`.

    `plan` may raise a RunnerError to refuse the state it finds; `timeout` is in seconds, for the lock alone.
    """

    def __init__(self, lock: Lock, timeout: float, plan: Callable[[], Plan], run: Callable[[Plan], Run]) -> None:
        self._lock = lock
        self._timeout = timeout
        self._plan = plan
        self._make = run
        self._run: Run | None = None
        self._cancelled: str | None = None
        """Why the run was cancelled, the first reason of several."""
        self._was_lost = False
        self._objection: RunnerError | None = None
        lock.on_loss = self._lose

    def cancel(self) -> None:
        """Stop waiting and start no more steps; those in flight are finished or undone."""
        self._cancel("interrupted")

    def _lose(self) -> None:
        """Start no more steps: another run may be at work, assuming that it is the only one."""
        self._was_lost = True
        self._cancel("lock lost")

    def _cancel(self, why: str) -> None:
        self._cancelled = self._cancelled or why
        if self._run is not None:
            self._run.cancel(why)

    def _object(self) -> RunnerError | None:
        """Return why rollback is not safe: the lock was lost, and can't be reacquired at once."""
        if self._lock.is_lost and self._objection is None:
            try:
                self._lock.reacquire()
            except RunnerError as error:
                self._objection = error
        return self._objection

    def events(self) -> Iterator[Event]:
        """Run everything, and release the lock however it ends; the last event has the result."""
        began, acquired = time.monotonic(), None
        try:
            yield from self._lock.acquire(self._timeout, lambda: self._cancelled is not None)
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
        except EngineError:  # the ticket left there expires as soon as this process ends
            return False
        return True

    def _carry_out(self) -> Generator[Event, None, RunFinished]:
        self._run = run = self._make(self._plan())
        run.set_rollback_guard(self._object)
        if self._cancelled is not None:
            run.cancel(self._cancelled)
        finished: RunFinished | None = None
        for event in run.events():
            if isinstance(event, RunFinished):
                finished = event
            else:
                yield event
        assert finished is not None, "a run says how it ended"
        if self._was_lost:
            help = "review changes with: runner plan; then apply again"
            yield DiagnosticEvent(Diagnostic("lock-lost", "the lock of this run was released by force", help=help))
            finished = replace(finished, result="failed", exit_code=ExitCode.FAILED)
        return finished


def _findings(error: RunnerError) -> Iterator[DiagnosticEvent]:
    if isinstance(error, InvalidInput):
        yield from map(DiagnosticEvent, error.diagnostics)
    elif not isinstance(error, Cancelled):
        yield DiagnosticEvent(Diagnostic(error.code, error.message, help=error.help))


def _since(moment: float) -> int:
    return int((time.monotonic() - moment) * 1000)

"""Checks: each retried until it passes or times out, dependent checks after their dependencies.

Knows nothing of what is checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from queue import SimpleQueue
from typing import TypeAlias

from runner.core.address import Address
from runner.core.errors import Cancelled, ProbeFailed, RunnerError, StepFailed
from runner.core.event import CheckFinished, CheckStarted, Progress
from runner.core.resource_state import State
from runner.core.settings import CheckTiming
from runner.core.state import Resource
from runner.engine.inbox import receive
from runner.engine.task import Message
from runner.engine.workers import Workers

Ask: TypeAlias = Callable[[Resource], None]
"""Makes one attempt: returns if the check passes, raises ProbeFailed to be retried, another RunnerError to give up."""

Stopped: TypeAlias = Callable[[], bool]
"""Tells whether the run was interrupted."""

_MOST_AT_ONCE = 16
_SECOND = 1_000_000_000
_GLANCE = 0.1
"""Polling interval, in seconds, for an interruption of the run."""


def run_checks(
    checks: Sequence[Resource], ask: Ask, is_stopped: Stopped, outbox: SimpleQueue[Message]
) -> Iterator[Message]:
    """Run all checks; each that starts ends once, and dependents of a failed one are skipped.

    Once `is_stopped`, no further attempts are made. What others put into `outbox` meanwhile is passed on.
    """
    waiting = {check.address: check for check in checks}
    ended: dict[Address, State] = {}
    with closing(Workers(_MOST_AT_ONCE, "check")) as workers:
        while len(ended) < len(checks):
            for finished in _hopeless(waiting, ended):
                ended[finished.address] = finished.state
                yield finished
            for check in _due(waiting, ended):
                yield CheckStarted(check.address)
                workers.submit(_work, outbox, check, ask, is_stopped)
            if len(ended) < len(checks):
                told = receive(outbox)
                if isinstance(told, CheckFinished):
                    ended[told.address] = told.state
                yield told


def skip_checks(checks: Sequence[Resource], state: State, cause: str) -> Iterator[Message]:
    """End every check without running it."""
    return (CheckFinished(check.address, state, cause) for check in checks)


def _work(outbox: SimpleQueue[Message], check: Resource, ask: Ask, is_stopped: Stopped) -> None:
    """Report how a check ended, whatever happens: the run must not hang on a bug."""
    try:
        finished = _ask_until(check, ask, is_stopped, outbox.put)
    except Exception as error:
        finished = CheckFinished(
            check.address, State.FAILED, f"internal error: {error!r}", "please report it", code="internal-error"
        )
    outbox.put(finished)


def _due(waiting: dict[Address, Resource], ended: Mapping[Address, State]) -> list[Resource]:
    """Take out the checks whose dependencies have all ended."""
    due = [one for one in waiting.values() if all(base in ended for base in _bases(one))]
    for check in due:
        del waiting[check.address]
    return due


def _hopeless(waiting: dict[Address, Resource], ended: Mapping[Address, State]) -> Iterator[CheckFinished]:
    """Take out the checks that depend on one that did not pass."""
    lost = {address for address, state in ended.items() if state is not State.SUCCEEDED}
    while doomed := [one for one in waiting.values() if not lost.isdisjoint(_bases(one))]:
        for check in doomed:
            del waiting[check.address]
            lost.add(check.address)
            cause = next(str(base) for base in _bases(check) if base in lost)
            yield CheckFinished(check.address, State.SKIPPED, cause)


def _bases(check: Resource) -> list[Address]:
    """Return the checks this one depends on; the resources it probes exist by now."""
    return [needed.address for needed in check.depends_on if needed.address.kind == check.address.kind]


def _ask_until(check: Resource, ask: Ask, is_stopped: Stopped, tell: Callable[[Progress], None]) -> CheckFinished:
    """Retry until it passes, times out, or fails for good; tell why it doesn't pass yet, whenever that changes."""
    started, attempt, answer = time.monotonic(), 0, ""
    timing = check.settings_as(CheckTiming)
    timeout, interval = timing.timeout / _SECOND, timing.interval / _SECOND

    def finished(state: State, error: RunnerError | None = None) -> CheckFinished:
        elapsed_ms = int((time.monotonic() - started) * 1000)
        if error is None:
            return CheckFinished(check.address, state, attempt=attempt, elapsed_ms=elapsed_ms)
        return CheckFinished(
            check.address, state, error.message, error.help, attempt, elapsed_ms, error.output, error.code
        )

    while not is_stopped():
        attempt += 1
        try:
            ask(check)
            return finished(State.SUCCEEDED)
        except ProbeFailed as unmet:
            left = started + timeout - time.monotonic()
            if left <= 0:
                message = f"{unmet.message}, for {timeout:g} s"
                return finished(State.FAILED, StepFailed(message, help=unmet.help, code="check-failed"))
            if unmet.message != answer:
                answer = unmet.message
                tell(Progress(check.address, "until passed", awaits="passed", answer=answer))
        except RunnerError as error:
            return finished(State.FAILED, error)
        _rest(min(interval, left), is_stopped)
    return finished(State.CANCELLED, Cancelled("interrupted"))


def _rest(seconds: float, is_stopped: Stopped) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not is_stopped():
        time.sleep(min(left, _GLANCE))

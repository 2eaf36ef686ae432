"""Checks: each asked until it holds or its time is up, those that rest on others after them.

Knows nothing of what is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeAlias

from runner.core.address import Address
from runner.core.errors import Cancelled, ProbeFailed, RunnerError, StepFailed
from runner.core.event import CheckFinished, CheckStarted
from runner.core.resource_state import State
from runner.core.state import Resource
from runner.engine.inbox import receive

Ask: TypeAlias = Callable[[Resource], None]
"""Asks once; returns when it holds, raises Unmet while it doesn't, another RunnerError when it never will."""

Stopped: TypeAlias = Callable[[], bool]
"""Tells whether the run was interrupted."""

_MOST_AT_ONCE = 16
_SECOND = 1_000_000_000
_GLANCE = 0.1
"""Seconds between two looks at whether the run was interrupted."""


def run_checks(checks: Sequence[Resource], ask: Ask, is_stopped: Stopped) -> Iterator[CheckStarted | CheckFinished]:
    """Ask everything; every check that is started ends once, and what rests on one that fails is skipped.

    Once it `is_stopped` nothing more is asked.
    """
    waiting = {check.address: check for check in checks}
    ended: dict[Address, State] = {}
    outbox: SimpleQueue[CheckFinished] = SimpleQueue()
    with ThreadPoolExecutor(_MOST_AT_ONCE, "check") as workers:
        while len(ended) < len(checks):
            for finished in _hopeless(waiting, ended):
                ended[finished.address] = finished.state
                yield finished
            for check in _due(waiting, ended):
                yield CheckStarted(check.address)
                workers.submit(_work, outbox, check, ask, is_stopped)
            if len(ended) < len(checks):
                finished = receive(outbox)
                ended[finished.address] = finished.state
                yield finished


def skip_checks(checks: Sequence[Resource], state: State, cause: str) -> Iterator[CheckStarted | CheckFinished]:
    """End every check without asking it."""
    return (CheckFinished(check.address, state, cause) for check in checks)


def _work(outbox: SimpleQueue[CheckFinished], check: Resource, ask: Ask, is_stopped: Stopped) -> None:
    """Send word of how a check ended, whatever happens: the run must not hang on a bug."""
    try:
        finished = _ask_until(check, ask, is_stopped)
    except Exception as error:
        finished = CheckFinished(check.address, State.FAILED, f"internal error: {error!r}", "please report it")
    outbox.put(finished)


def _due(waiting: dict[Address, Resource], ended: Mapping[Address, State]) -> list[Resource]:
    """Take out the checks of which all that they rest on holds."""
    due = [one for one in waiting.values() if all(base in ended for base in _bases(one))]
    for check in due:
        del waiting[check.address]
    return due


def _hopeless(waiting: dict[Address, Resource], ended: Mapping[Address, State]) -> Iterator[CheckFinished]:
    """Take out the checks that rest on one that doesn't hold."""
    lost = {address for address, state in ended.items() if state is not State.SUCCEEDED}
    while doomed := [one for one in waiting.values() if not lost.isdisjoint(_bases(one))]:
        for check in doomed:
            del waiting[check.address]
            lost.add(check.address)
            cause = next(str(base) for base in _bases(check) if base in lost)
            yield CheckFinished(check.address, State.SKIPPED, cause)


def _bases(check: Resource) -> list[Address]:
    """Return the checks that must hold first; what is asked is there by now."""
    return [needed.address for needed in check.depends_on if needed.address.kind == check.address.kind]


def _ask_until(check: Resource, ask: Ask, is_stopped: Stopped) -> CheckFinished:
    """Ask until it holds, its time is up or it never will."""
    started, attempt = time.monotonic(), 0
    timeout, interval = (check.settings[key] / _SECOND for key in ("timeout", "interval"))

    def finished(state: State, error: RunnerError | None = None) -> CheckFinished:
        elapsed_ms = int((time.monotonic() - started) * 1000)
        cause, help, tail = (error.message, error.help, error.output) if error else (None, None, ())
        return CheckFinished(check.address, state, cause, help, attempt, elapsed_ms, tail)

    while not is_stopped():
        attempt += 1
        try:
            ask(check)
            return finished(State.SUCCEEDED)
        except ProbeFailed as unmet:
            left = started + timeout - time.monotonic()
            if left <= 0:
                return finished(State.FAILED, StepFailed(f"{unmet.message}, for {timeout:g} s", help=unmet.help))
        except RunnerError as error:
            return finished(State.FAILED, error)
        _rest(min(interval, left), is_stopped)
    return finished(State.CANCELLED, Cancelled("interrupted"))


def _rest(seconds: float, is_stopped: Stopped) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not is_stopped():
        time.sleep(min(left, _GLANCE))

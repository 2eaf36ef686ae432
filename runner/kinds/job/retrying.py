"""Attempts at a job: as many as its retries allow, with a pause before each."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.core.errors import EngineError, EngineTimeout, EngineUnreachable, StepFailed
from runner.core.resource_state import State
from runner.kinds.job.settings import JobSettings

if TYPE_CHECKING:
    from runner.core.task import Task


def until_it_succeeds(task: Task, first: Callable[[], str], again: Callable[[], str]) -> str:
    """Try as often as the job's retries allow; the last failure counts. Each attempt returns an id."""
    settings = task.desired.settings_as(JobSettings)
    retries, pause = settings.retries, settings.backoff
    attempt = first
    for number in range(2, retries + 2):
        try:
            return attempt()
        except (StepFailed, EngineError) as failure:
            if isinstance(failure, EngineUnreachable | EngineTimeout):
                raise
            task.set_state(State.CREATING, cause=f"{failure.message}; retrying in {pause:g} s", attempt=number)
        _rest(task, pause)
        attempt, pause = again, 2 * pause
    try:
        return attempt()
    except StepFailed as failure:
        if not retries:
            raise
        message = f"{failure.message} after {retries + 1} attempts"
        raise StepFailed(message, help=failure.help, output=failure.output) from failure


def _rest(task: Task, seconds: float) -> None:
    due = time.monotonic() + seconds
    task.wait("", lambda: time.monotonic() >= due, what="time to try again", timeout=seconds + 1, every=seconds)

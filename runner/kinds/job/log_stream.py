"""The output of a job, reported line by line while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeAlias

from runner.core.errors import RunnerError
from runner.core.progress_update import ProgressUpdate

if TYPE_CHECKING:
    from runner.core.engine_answers import TimestampedLine
    from runner.core.task import Task

_LAST_WORDS = 5.0
"""Seconds that the output of an exited container may take to arrive."""

Read: TypeAlias = "Callable[[bool], Iterator[TimestampedLine]]"
"""Reads the log from its beginning; if true, with the lines to come."""


class Output:
    """Reports a job's output from a thread of its own: reading blocks for as long as nothing is written."""

    def __init__(self, task: Task, read: Read, *, ends: bool = True) -> None:
        """Start with the output written so far; `ends` is False for a log that stays open when the job has ended."""
        self._task = task
        self._read = read
        self._ends = ends
        self._lock = Lock()
        self._told = 0
        self._is_over = False
        self._thread = self._start(self._tell_all if ends else partial(self._tell, follow=True))

    def finish(self) -> None:
        """Return when everything written before the exit is reported, or when that takes too long."""
        if not self._ends:
            with self._lock:
                self._is_over = True
            self._thread = self._start(partial(self._tell, follow=False))
        self._thread.join(_LAST_WORDS)

    def _start(self, tell: Callable[[], None]) -> Thread:
        def run() -> None:
            with suppress(RunnerError):  # the waiting thread gets the same error, or was interrupted
                tell()

        thread = Thread(target=run, name="job-output", daemon=True)
        thread.start()
        return thread

    def _tell_all(self) -> None:
        self._tell(follow=True)
        # Docker 20.10 may close the stream before a last line without a newline (moby#43860): the log has it.
        self._tell(follow=False)

    def _tell(self, *, follow: bool) -> None:
        """Report the lines that have not been reported yet."""
        for number, written in enumerate(self._read(follow), 1):
            with self._lock:
                if follow and self._is_over:
                    return
                if number > self._told:
                    self._told = number
                    self._task.report(ProgressUpdate(output=written.line))

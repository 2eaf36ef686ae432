"""The output of a job, reported line by line while it runs."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from threading import Thread

from runner.core.errors import RunnerError
from runner.core.progress_update import ProgressUpdate
from runner.core.task import Task

_LAST_WORDS = 5.0
"""Seconds that the output of an exited container may take to arrive."""


class Output:
    """Reports a container's output from a thread of its own: reading blocks for as long as nothing is written."""

    def __init__(self, task: Task, id: str) -> None:
        """Start with the output written so far."""
        self._task = task
        self._id = id
        self._told = 0
        self._thread = Thread(target=self._tell_all, name="job-output", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Return when everything written before the exit is reported, or when that takes too long."""
        self._thread.join(_LAST_WORDS)

    def _tell_all(self) -> None:
        with suppress(RunnerError):  # the waiting thread gets the same error, or was interrupted
            self._tell(follow=True)
            # Docker 20.10 may close the stream before a last line without a newline (moby#43860): the log has it.
            self._tell(follow=False)

    def _tell(self, *, follow: bool) -> None:
        """Report the lines that have not been reported yet."""
        lines = self._task.gateway.containers.log_lines(self._id, follow=follow)
        for written in islice(lines, self._told, None):
            self._told += 1
            self._task.report(ProgressUpdate(output=written.line))

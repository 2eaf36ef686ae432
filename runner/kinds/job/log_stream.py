"""What a job writes, told line by line while it runs."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from threading import Thread

from runner.core.errors import RunnerError
from runner.core.gateway import ProgressUpdate
from runner.core.task import Task

_LAST_WORDS = 5.0
"""Seconds that the output of what has ended may take to arrive."""


class Output:
    """Tells a container's output from a thread of its own: reading may block for as long as nothing is written."""

    def __init__(self, task: Task, id: str) -> None:
        """Begin with what it has written so far."""
        self._task = task
        self._id = id
        self._told = 0
        self._thread = Thread(target=self._tell_all, name="job-output", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Return when all is told that it wrote before it ended, or when that takes too long."""
        self._thread.join(_LAST_WORDS)

    def _tell_all(self) -> None:
        with suppress(RunnerError):  # who waits for the end meets the same, or was interrupted
            self._tell(follow=True)
            # Docker 20.10 may close the stream before a last line without an end: the log has it.
            self._tell(follow=False)

    def _tell(self, *, follow: bool) -> None:
        """Tell the lines that have not been told yet."""
        lines = self._task.gateway.containers.log_lines(self._id, follow=follow)
        for written in islice(lines, self._told, None):
            self._told += 1
            self._task.report(ProgressUpdate(output=written.line))

"""Settling: a container without a health check is proved to work by running on for a while."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner.core.struct import MutableStruct
from runner.core.task import Task

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON

_LONGEST_START = 1.0
"""Seconds by which a container may run before the engine has said so; a clock that was set counts for no more."""
_WITHOUT_EVENTS = 2.0
"""Seconds between two looks at a container: its exit is an event, and only a broken stream hides it until then."""


class Settling(MutableStruct):
    """Tells when a container has run for `settle` seconds.

    Where the engine has this machine's clock, the start time that it recorded counts, else `since`, of the monotonic
    clock: when it had answered that the container was started.
    """

    task: Task
    since: float
    settle: float
    left: float = 0.0
    """Seconds that were missing at the last look."""

    def is_over(self, inspect: EngineJSON) -> bool:
        """Return whether a running container has settled."""
        ran = time.monotonic() - self.since
        if ran < self.settle and self.task.engine.capabilities.on_this_machine:
            recorded = datetime.now(UTC) - datetime.fromisoformat(inspect["State"]["StartedAt"])
            ran = min(max(ran, recorded.total_seconds()), ran + _LONGEST_START)
        self.left = self.settle - ran
        return self.left <= 0

    def until_next_look(self) -> float:
        """Return the seconds after which another look may tell something new, if no event comes before."""
        return min(self.left, _WITHOUT_EVENTS) if self.left > 0 else _WITHOUT_EVENTS

"""What a resource does at the moment: a wait, an amount with its rate, or a build step; a fold over its records."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from runner.core.address import Address
from runner.core.event import Progress, StepStatus
from runner.core.struct import MutableStruct, field
from runner.views.formatting import duration, size
from runner.views.messages import describe_progress
from runner.views.text_width import cut, printable

_RATE_OVER: Final = timedelta(seconds=5)
"""The time over which a rate is measured."""
_WORTH_TELLING: Final = timedelta(seconds=1)
_BETWEEN: Final = " · "
_STEP_BESIDE_LINE: Final = 28
"""Cells of a build step's name at most, where its output stands beside it."""


class Wait(MutableStruct):
    """A condition that isn't met yet."""

    condition: str
    of: Address | None
    since: datetime
    answer: str = ""

    def text(self, now: datetime) -> str:
        """Return what is waited for, for how long, and why it isn't so yet."""
        what = f"for {self.of} {self.condition}" if self.of else f"until {self.condition}"
        because = f": {self.answer}" if self.answer else ""
        return f"{what}{lasting(self.since, now)}{because}"


class Activity(MutableStruct):
    """What one resource does, from when its state began."""

    since: datetime
    progress: Progress | None = None
    line: str = ""
    """The last line that it wrote, after `progress`."""
    wait: Wait | None = None
    running: dict[str, Progress] = field(default_factory=dict)
    """The build steps that are running, by name."""
    amounts: deque[tuple[datetime, int]] = field(default_factory=deque)
    """The amounts of the last seconds."""

    def advance(self, progress: Progress, now: datetime) -> None:
        """Apply a progress report."""
        self._follow_wait(progress, now)
        self._measure(progress, now)
        if progress.status is StepStatus.RUNNING:
            if progress.current is None or progress.phase in self.running:  # the builder's own transfers have no end
                self.running[progress.phase] = progress
        elif progress.status is not None:
            self.running.pop(progress.phase, None)
        self.line = "" if self.progress is None or progress.phase != self.progress.phase else self.line
        self.progress = progress

    def text(self, now: datetime) -> str:
        """Return the activity in words; empty if nothing is known."""
        if self.wait is not None:
            return self.wait.text(now)
        shown = next(reversed(self.running.values()), self.progress)
        told = "" if shown is None else describe_progress(shown) + self._rate
        if told and self.line:
            return f"{cut(told, _STEP_BESIDE_LINE)}{_BETWEEN}{self.line}"
        return told or self.line

    def _follow_wait(self, progress: Progress, now: datetime) -> None:
        if progress.awaits is None or progress.done:
            self.wait = None
            return
        if self.wait is None or (self.wait.condition, self.wait.of) != (progress.awaits, progress.of):
            self.wait = Wait(progress.awaits, progress.of, now)
        self.wait.answer = printable((progress.answer or "").replace("\n", " "))

    def _measure(self, progress: Progress, now: datetime) -> None:
        if progress.current is None or progress.unit != "bytes":
            self.amounts.clear()
            return
        former = self.progress
        if former is None or former.phase != progress.phase or progress.current < (former.current or 0):
            self.amounts.clear()
        self.amounts.append((now, progress.current))
        while now - self.amounts[0][0] > _RATE_OVER and len(self.amounts) > 2:
            self.amounts.popleft()

    @property
    def _rate(self) -> str:
        """Bytes per second; empty where too little is known."""
        if len(self.amounts) < 2:
            return ""
        (began, first), (ended, last) = self.amounts[0], self.amounts[-1]
        if ended - began < _WORTH_TELLING or last == first:
            return ""
        return f", {size(int((last - first) / (ended - began).total_seconds()))}/s"


def lasting(since: datetime, now: datetime) -> str:
    """Return for how long something has been so, in whole seconds, as the end of a phrase; empty if for less than one.

    >>> from datetime import UTC
    >>> lasting(datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC), datetime(2026, 3, 4, 12, 1, 2, 900, tzinfo=UTC))
    ' · 1m02s'
    """
    passed = now - since
    return f"{_BETWEEN}{duration(int(passed.total_seconds()) * 1000)}" if passed >= _WORTH_TELLING else ""

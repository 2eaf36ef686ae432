"""Whoever drives a use case: is shown the plan, approves it, sees the events, interrupts the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from runner.app.data_loss import DataLoss
from runner.app.takeover import Takeover

if TYPE_CHECKING:
    from runner.core.event import LogRecord
    from runner.core.plan import Plan
    from runner.views.view import View

Consequence: TypeAlias = DataLoss | Takeover
"""What a plan does that needs approval."""


class Frontend(Protocol):
    """A terminal, a service, a test: handed in, since no use case prints or asks by itself."""

    @property
    def approves_all(self) -> bool:
        """Tell whether everything is approved in advance, whatever the plan under the lock turns out to be."""

    def approve(self, consequence: Consequence) -> bool:
        """Decide on one consequence of the plan; False cancels the run. May raise a RunnerError that says why."""

    def show_plan(self, plan: Plan, *, warn: bool) -> None:
        """Show the plan before it is approved; `warn` tells whether to show its warnings, which a run repeats."""

    def views(self, cancel: Callable[[], None]) -> AbstractContextManager[Sequence[View]]:
        """Provide the views of a run, and close them in the end; one may `cancel` the run."""

    def interruptible(self, cancel: Callable[[], None]) -> None:
        """Connect signals to `cancel`: called once, when the run begins."""


def _refuse(_consequence: Consequence) -> bool:
    return False


def _ignore(_record: LogRecord) -> None:
    return


@dataclass(frozen=True, slots=True)
class Headless:
    """A frontend for programs: approves by a function, and passes every record of the run to another one."""

    on_record: Callable[[LogRecord], None] = _ignore
    decide: Callable[[Consequence], bool] = _refuse
    approves_all: bool = False

    def approve(self, consequence: Consequence) -> bool:
        """Decide by the function."""
        return self.decide(consequence)

    def show_plan(self, plan: Plan, *, warn: bool) -> None:
        """Show nothing: the caller has the plan."""

    @contextmanager
    def views(self, cancel: Callable[[], None]) -> Iterator[Sequence[View]]:
        """Provide itself."""
        yield (self,)

    def interruptible(self, cancel: Callable[[], None]) -> None:
        """Leave signals alone."""

    def show(self, record: LogRecord) -> None:
        """Pass a record on."""
        self.on_record(record)

    def close(self) -> None:
        """Close nothing."""

"""The frontend of a use case: shows and approves the plan, receives the events, interrupts the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol, TypeAlias

from runner.app.data_loss import DataLoss
from runner.app.takeover import Takeover
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.event import LogRecord
    from runner.core.plan import Plan
    from runner.views.view import View

Consequence: TypeAlias = DataLoss | Takeover
"""An effect of a plan that needs approval."""


class Frontend(Protocol):
    """A terminal, service or test; an argument, since use cases never print or prompt by themselves."""

    @property
    def approves_all(self) -> bool:
        """Return whether everything is approved in advance, including what only the plan made under the lock shows."""

    @property
    def wants_events(self) -> bool:
        """Return whether a run with nothing to do is carried out too, for its events."""

    def approve(self, consequence: Consequence) -> bool:
        """Decide on one consequence of the plan; False cancels the run. May raise a RunnerError with the reason."""

    def show_plan(self, plan: Plan, *, warn: bool) -> None:
        """Show the plan before approval; with `warn`, include its warnings, which a run would repeat."""

    def views(self, cancel: Callable[[], None]) -> AbstractContextManager[Sequence[View]]:
        """Provide the views of a run, and close them at the end; a view may `cancel` the run."""

    def interruptible(self, cancel: Callable[[], None]) -> None:
        """Connect signals to `cancel`; called once, when the run starts."""


def _refuse(_consequence: Consequence) -> bool:
    return False


def _ignore(_record: LogRecord) -> None:
    return


class Headless(Struct):
    """A frontend for programs: one function approves, another one receives every record of the run."""

    on_record: Callable[[LogRecord], None] = _ignore
    decide: Callable[[Consequence], bool] = _refuse
    approves_all: bool = False
    wants_events: bool = False

    def approve(self, consequence: Consequence) -> bool:
        """Decide by calling `decide`."""
        return self.decide(consequence)

    def show_plan(self, plan: Plan, *, warn: bool) -> None:
        """Show nothing: the caller has the plan."""

    @contextmanager
    def views(self, cancel: Callable[[], None]) -> Iterator[Sequence[View]]:
        """Provide this frontend as the only view."""
        yield (self,)

    def interruptible(self, cancel: Callable[[], None]) -> None:
        """Leave signals alone."""

    def show(self, record: LogRecord) -> None:
        """Pass a record to `on_record`."""
        self.on_record(record)

    def close(self) -> None:
        """Close nothing."""

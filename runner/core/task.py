"""What a kind's verb is given to work with: one resource of one run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from runner.core.event import State
from runner.core.gateway import Advance, Gateway
from runner.core.plan import Change
from runner.core.state import Engine, FieldValues, Observed, Ref, Resource


class Task(Protocol):
    """The hands of a verb: the engine, what to make of what, and a way to tell how it goes."""

    @property
    def gateway(self) -> Gateway: ...
    @property
    def workflow(self) -> str: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def change(self) -> Change: ...
    @property
    def timeout(self) -> float:
        """Seconds that a wait may take when nothing says otherwise."""

    @property
    def desired(self) -> Resource:
        """The declared side; only for changes that have one."""

    @property
    def observed(self) -> Observed:
        """The engine's side; only for changes that have one."""

    def fields(self) -> FieldValues:
        """Return the declared fields with every reference replaced by what it points to now."""

    def attribute(self, ref: Ref) -> str:
        """Return what a reference points to now; StepFailed when it isn't there."""

    def enter(self, state: State, *, cause: str | None = None, id: str | None = None) -> None:
        """Tell, before the engine call that it announces, that the resource moves on."""

    def advance(self, advance: Advance) -> None:
        """Tell how far a long call is."""

    def wait(self, id: str, met: Callable[[], bool], *, what: str, timeout: float, every: float = 2.0) -> None:
        """Return as soon as `met` does, asked again whenever the engine reports something of `id`.

        It is asked at least `every` so many seconds. Raises StepFailed naming `what` after `timeout`
        seconds, Cancelled when the run is interrupted.
        """

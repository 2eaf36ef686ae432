"""The interface a kind's operations work with: one resource of one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeAlias

from runner.core.diagnostic import Diagnostic
from runner.core.engine import Engine
from runner.core.plan import Change
from runner.core.resource_state import State
from runner.core.state import FieldValues, ObservedResource, Ref, Resource

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.progress_update import ProgressUpdate


Pace: TypeAlias = "float | Callable[[], float]"
"""Seconds between two polls, or a function that returns those until the next one."""


class Task(Protocol):
    """The context of an operation: the engine, the change to carry out, and state and progress reporting."""

    @property
    def gateway(self) -> Gateway:
        """The engine."""

    @property
    def workflow(self) -> str:
        """The name of the workflow."""

    @property
    def file(self) -> str:
        """The workflow file, HOST:PATH, to record on created resources."""

    @property
    def engine(self) -> Engine:
        """The engine's version, capabilities and defaults."""

    @property
    def change(self) -> Change:
        """What is to be done."""

    @property
    def timeout(self) -> float:
        """Default timeout of a wait, in seconds."""

    @property
    def desired(self) -> Resource:
        """The desired state; only for changes that have one."""

    @property
    def observed(self) -> ObservedResource:
        """The observed state; only for changes that have one."""

    def with_observed(self, observed: ObservedResource) -> Task:
        """Return the same task with another observed state, after its operation changed that."""

    @property
    def proxies(self) -> Mapping[str, str]:
        """Return the docker client's proxies for this engine, by variable; empty if the file disables them."""

    def change_of(self, id: str) -> Change | None:
        """Return the change that the plan has for a live resource, by its engine id; None for one outside of it."""

    def fields(self) -> FieldValues:
        """Return the declared fields with every reference resolved."""

    def attribute(self, ref: Ref) -> str:
        """Resolve a reference; StepFailed when its target doesn't exist."""

    def tell(self, attributes: Mapping[str, str]) -> None:
        """Tell what a Ref to the resource can resolve to, besides what follows from its id."""

    def set_state(
        self, state: State, *, cause: str | None = None, id: str | None = None, attempt: int | None = None
    ) -> None:
        """Report a state transition, before the engine call that it announces.

        `attempt` counts from 1, and stays in effect until another one is reported.
        """

    @property
    def batch(self) -> tuple[Task, ...]:
        """Return the tasks that must be carried out together with this one."""

    def complete(self, id: str) -> None:
        """Mark a batched task as done, with the id of what it created."""

    @property
    def is_atomic(self) -> bool:
        """True if any failure rolls back the whole run."""

    def on_rollback(self, undo: Callable[[], None], *, last: bool = False) -> None:
        """Register an undo action for what was just done, in case the whole run is rolled back.

        Register it before the next call that may fail. It must be idempotent. With `last` it comes after those of all
        other resources.
        """

    def on_commit(self, finish: Callable[[], None]) -> None:
        """Run an irreversible action: at once, or in an atomic run when all of it has succeeded."""

    def warn(self, diagnostic: Diagnostic) -> None:
        """Report a non-blocking diagnostic."""

    def report(self, advance: ProgressUpdate) -> None:
        """Report the progress of a long call."""

    def exclusively(self, what: str) -> AbstractContextManager[None]:
        """Hold the run's lock for work of one sort that the engine can't do side by side, named by `what`."""

    def wait(
        self, id: str, met: Callable[[], bool], *, what: str, timeout: float, every: Pace = 2.0, proof: bool = False
    ) -> None:
        """Return as soon as `met` returns true; it is re-evaluated on every engine event about `id`.

        It is polled at least every `every` seconds; a function is asked for them after each poll. `proof` marks a wait
        that proves that the resource works: what it takes is told. Raises StepFailed naming `what` after `timeout`
        seconds, Cancelled when the run is interrupted.
        """

"""What a kind's verb is given to work with: one resource of one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from runner.core.diagnostic import Diagnostic
from runner.core.plan import Change
from runner.core.resource_state import State
from runner.core.state import Engine, FieldValues, ObservedResource, Ref, Resource

if TYPE_CHECKING:
    from runner.core.gateway import Gateway, ProgressUpdate


class Task(Protocol):
    """The hands of a verb: the engine, what to make of what, and a way to tell how it goes."""

    @property
    def gateway(self) -> Gateway: ...
    @property
    def workflow(self) -> str: ...
    @property
    def file(self) -> str:
        """The workflow file, HOST:PATH, for the record of what is made."""

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
    def observed(self) -> ObservedResource:
        """The engine's side; only for changes that have one."""

    @property
    def proxies(self) -> Mapping[str, str]:
        """Return the docker client's proxies for this engine, by variable; none where the file wants none."""

    def fields(self) -> FieldValues:
        """Return the declared fields with every reference replaced by what it points to now."""

    def attribute(self, ref: Ref) -> str:
        """Return what a reference points to now; StepFailed when it isn't there."""

    def set_state(
        self, state: State, *, cause: str | None = None, id: str | None = None, attempt: int | None = None
    ) -> None:
        """Tell, before the engine call that it announces, that the resource moves on.

        `attempt` counts from 1, and holds until another one is told.
        """

    @property
    def batch(self) -> tuple[Task, ...]:
        """Return the tasks that have to be done in the same go as this one."""

    def complete(self, id: str) -> None:
        """Tell of a companion that it is done, and what it made."""

    @property
    def is_atomic(self) -> bool:
        """True where the whole run is undone when something of it fails."""

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Leave word how what was just done is taken back, should the whole run be undone.

        Said before the next thing that may fail. It must bear to be done twice.
        """

    def on_commit(self, finish: Callable[[], None]) -> None:
        """Do what can't be taken back: at once, or where the whole run may be undone, when all of it has succeeded."""

    def warn(self, diagnostic: Diagnostic) -> None:
        """Tell the user of something that stops nothing."""

    def report(self, advance: ProgressUpdate) -> None:
        """Tell how far a long call is."""

    def wait(self, id: str, met: Callable[[], bool], *, what: str, timeout: float, every: float = 2.0) -> None:
        """Return as soon as `met` does, asked again whenever the engine reports something of `id`.

        It is asked at least `every` so many seconds. Raises StepFailed naming `what` after `timeout`
        seconds, Cancelled when the run is interrupted.
        """

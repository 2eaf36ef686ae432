"""Watch the status of a workflow: told again whenever something happened on the engine, and every few seconds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final

from runner.app.status import WorkflowStatus, workflow_status
from runner.core.engine_answers import HARMLESS_ACTIONS
from runner.core.errors import EngineError, EngineTimeout, EngineUnreachable, RunnerError
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.engine_answers import EngineEvent
    from runner.core.gateway import Gateway
    from runner.core.state import DesiredState

REFRESH: Final = 5.0
"""Seconds after which the status is told without an event: not all that changes is one, such as the uptime."""
_BURST: Final = 0.3
"""Seconds in which events are gathered; longer if it takes longer to look."""
_GLANCE: Final = 0.2
"""Seconds between two looks at what else may be due; see `engine.inbox` for why no wait is longer."""
_RECONNECT: Final = 1.0
"""Seconds before an engine that is gone is asked again."""


class StatusUpdate(Struct):
    """The status as last seen; with `trouble`, why it can't be told as it is now."""

    status: WorkflowStatus
    trouble: RunnerError | None = None


def watch_status(
    source: WatchedWorkflow,
    connect: Callable[[], AbstractContextManager[Gateway]],
    workspace: Workspace,
    is_due: Callable[[], bool] = lambda: False,
) -> Iterator[StatusUpdate]:
    """Yield the status now and after each change, until the caller stops; also when `is_due`, which is polled.

    An engine that goes away is waited for. Raises EngineError only if none answers at first.
    """
    last: WorkflowStatus | None = None
    while True:
        try:
            with connect() as gateway:
                events = _Events(_subscribe(gateway, source.workflow.desired))
                while not events.have_ended:
                    began = time.monotonic()
                    last = workflow_status(source.workflow, gateway, workspace)
                    yield StatusUpdate(last, source.trouble)
                    took = time.monotonic() - began
                    events.wait(lambda: is_due() or source.has_changed, burst=max(_BURST, took))
                    source.read_again()
            if last and events.loss:
                yield StatusUpdate(last, events.loss)  # it may take a while until it answers again
            time.sleep(_BURST)
        except EngineError as error:
            if last is None:
                raise
            yield StatusUpdate(last, error)
            time.sleep(_RECONNECT)


class WatchedWorkflow:
    """A workflow that is loaded again when one of the files that it was read from has changed."""

    def __init__(self, load: Callable[[], LoadedWorkflow]) -> None:
        """Load it the first time; errors as of `load`."""
        self._load = load
        self.workflow = load()
        self._stamps = _stamps(self.workflow)
        self.trouble: RunnerError | None = None
        """Why the files can't be used as they are now; then the workflow is the last valid one."""

    @property
    def has_changed(self) -> bool:
        """Return whether one of the files has changed since it was loaded."""
        return _stamps(self.workflow) != self._stamps

    def read_again(self) -> None:
        """Load it again if a file has changed; an error is kept as `trouble`."""
        if not self.has_changed:
            return
        self._stamps = _stamps(self.workflow)
        try:
            self.workflow, self.trouble = self._load(), None
            self._stamps = _stamps(self.workflow)
        except RunnerError as error:
            self.trouble = error


def _stamps(workflow: LoadedWorkflow) -> dict[str, tuple[int, int, int] | None]:
    files = {os.path.abspath(workflow.file), *workflow.files.seen, *workflow.files.secrets}  # noqa: PTH100 - as in Files
    return {file: _stamp(file) for file in files}


def _stamp(file: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - of many files
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _subscribe(gateway: Gateway, desired: DesiredState) -> Iterator[EngineEvent]:
    from runner.kinds import orchestrator

    return orchestrator(desired.orchestrator).events(gateway, desired.workflow)


class _Events:
    """The events of a workflow, read in a thread of its own, as one bell."""

    def __init__(self, stream: Iterator[EngineEvent]) -> None:
        self._rung: SimpleQueue[bool] = SimpleQueue()
        self.have_ended = False
        self.loss: EngineError | None = None
        """Why they have ended, unless there were just none for a long time."""
        Thread(target=self._read, args=(stream,), name="engine-events", daemon=True).start()

    def _read(self, stream: Iterator[EngineEvent]) -> None:
        try:
            for event in stream:
                if not event.action.startswith(HARMLESS_ACTIONS):
                    self._rung.put(True)
            self.loss = EngineUnreachable("it has ended its stream of events")
        except EngineTimeout:
            self.loss = None
        except EngineError as error:
            self.loss = error
        self._rung.put(False)

    def wait(self, is_due: Callable[[], bool], *, burst: float) -> None:
        """Return after an event and those that follow it at once, when `is_due`, or after a few seconds."""
        deadline = time.monotonic() + REFRESH
        while (left := deadline - time.monotonic()) > 0 and not is_due():
            with suppress(Empty):
                if not self._rung.get(timeout=min(_GLANCE, left)):
                    self.have_ended = True
                    return
                deadline = min(deadline, time.monotonic() + burst)

"""Examine an engine and this machine: what can't work, what may go wrong, and what nobody tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from runner.app.doctor.subject import Client, Patient
from runner.app.doctor.table import CLIENT_CHECKS, ENGINE_CHECKS
from runner.app.engine_connection import EngineOptions, connect, open_engine
from runner.app.source import Source
from runner.app.workspace import Workspace
from runner.core.errors import RunnerError
from runner.core.examination import Finding, broken
from runner.core.phrase import reason_of
from runner.core.struct import MutableStruct, Struct

if TYPE_CHECKING:
    from runner.core.engine import Engine
    from runner.daemon.endpoints.endpoint import Endpoint

SubjectT = TypeVar("SubjectT", bound=Struct)


class Examination(MutableStruct, dict=True):
    """One examination; what it learned of the engine is known once its findings were read."""

    source: Source
    workspace: Workspace
    options: EngineOptions
    deep: bool = False
    """Whether a container may be started to try something."""
    endpoint: Endpoint | None = None
    engine: Engine | None = None
    error: RunnerError | None = None
    """Why no engine could be asked."""

    @cached_property
    def _client(self) -> Client:
        return Client(self.workspace, self.source)

    @property
    def orchestrator(self) -> str:
        """Return what is to run the workflow."""
        return self._client.orchestrator

    def findings(self) -> Iterator[Finding]:
        """Yield all findings: of the engine first, then of this machine."""
        client = self._client
        with ExitStack() as opened:
            try:
                patient = self._connect(client, opened)
            except RunnerError as error:
                self.error = error
                yield broken("engine.unreachable", error=error.message, help=error.help or "")
            else:
                yield from _carry_out(ENGINE_CHECKS, patient)
            yield from _carry_out(CLIENT_CHECKS, client)

    def _connect(self, client: Client, opened: ExitStack) -> Patient:
        opening = open_engine(self.workspace.environ, self.options)
        self.endpoint = opening.endpoint
        gateway = opened.enter_context(connect(self.workspace, opening=opening))
        self.engine = gateway.engine()
        return Patient(client, opening.endpoint, gateway, self.engine, gateway.report(), self.deep)


def _carry_out(checks: dict[str, Callable[[SubjectT], Iterable[Finding]]], subject: SubjectT) -> Iterator[Finding]:
    """Yield the findings of each check; one that fails itself is a finding, too."""
    for name, check in checks.items():
        try:
            yield from check(subject)
        except (RunnerError, OSError) as error:
            why = error.message if isinstance(error, RunnerError) else reason_of(error)
            yield broken(f"{name}.failed", error=why)

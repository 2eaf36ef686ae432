"""A workflow that a test declares, plans and applies in this process, without the command line.

Knows the rooms of runner as the command line does, and nothing of how results are shown.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from runner.core.diagnostic import Severity
from runner.core.event import Event, Transition
from runner.core.gateway import Gateway
from runner.core.plan import Change, Plan
from runner.core.resource_state import State
from runner.core.state import DesiredState
from runner.daemon.client import DockerGateway
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.opening import Opening
from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE
from runner.engine.execute import Run
from runner.engine.observe import observe
from runner.kinds import orchestrator
from runner.kinds.check import run_check
from runner.plan.planner import make_plan
from runner.resource.orchestrator_names import DOCKER
from runner.workflow.compile import read_workflow

_NOT_AS_WANTED = (State.FAILED, State.ROLLED_BACK, State.SKIPPED, State.CANCELLED)

Sections = Mapping[str, Any]
"""The top of a workflow file: {"containers": {…}, "networks": {…}, …}."""


class Workflow:
    """One workflow on one engine or swarm; what it declares is given anew with every call."""

    def __init__(self, gateway: Gateway, name: str, folder: Path, *, timeout: float = 20, engine: str = DOCKER) -> None:
        """Keep its file in `folder`; a wait of a run may take `timeout` seconds; `engine` is what runs it."""
        self.name = name
        self.folder = folder
        self._gateway = gateway
        self._timeout = timeout
        self._engine = engine
        self._runs = orchestrator(engine)

    def plan(self, sections: Sections, *, adopt: bool = False) -> Plan:
        """Compare what is declared with the engine."""
        desired = self._desired(sections)
        catalog = self._runs.catalog
        return make_plan(desired, observe(self._gateway, catalog, self.name, desired), catalog, adopt=adopt)

    def apply(self, sections: Sections, *, adopt: bool = False) -> Plan:
        """Plan, carry the plan out and return it; AssertionError with what went wrong."""
        plan = self.plan(sections, adopt=adopt)
        assert not plan.problems, [problem.message for problem in plan.problems]
        wrong = [
            f"{event.address} {event.after.value}: {event.cause} {event.tail}"
            for event in self.carry_out(plan)
            if isinstance(event, Transition) and event.after in _NOT_AS_WANTED
        ]
        assert not wrong, wrong
        return plan

    def carry_out(self, plan: Plan) -> list[Event]:
        """Carry a plan out and return all that happened."""
        return list(self.happenings(plan))

    def happenings(self, plan: Plan) -> Iterator[Event]:
        """Carry a plan out and yield what happens as it does."""
        events = partial(self._runs.events, self._gateway, plan.workflow)
        run = Run(
            plan, self._gateway, self._runs.catalog, events=events, parallel=4, timeout=self._timeout, ask=run_check
        )
        return run.events()

    def _desired(self, sections: Sections) -> DesiredState:
        file = self.folder / "workflow.yaml"
        file.write_text(json.dumps({"version": 1, "name": self.name, "engine": self._engine, **sections}))
        document, found = load(file, overrides={}, var_files=[], files=Files(Access(ANYWHERE)))
        assert document is not None, found
        desired = read_workflow(document, self._runs.sections, Files(Access(ANYWHERE)), found)
        wrong = [finding for finding in found if finding.severity is Severity.ERROR]
        assert not wrong, [f"{finding.span}: {finding.message}" for finding in wrong]
        return desired


@contextmanager
def open_gateway(url: str) -> Iterator[Gateway]:
    """Connect to the engine at `url` as the command line does."""
    gateway = DockerGateway(Opening(Endpoint(url, "the tests", environ=os.environ)))
    try:
        yield gateway
    finally:
        gateway.close()


def pending(plan: Plan) -> dict[str, str]:
    """Return what a plan would do, by address: {"container.web": "replace"}."""
    return {str(change.address): change.action.value for change in plan.pending}


def change_of(plan: Plan, address: str) -> Change:
    """Return what a plan has for one address."""
    return next(change for change in plan.changes if str(change.address) == address)

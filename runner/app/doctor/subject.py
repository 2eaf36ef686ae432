"""What the checks of doctor look at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from runner.app.file_choice import takes_compose
from runner.app.source import Source, workflow_path
from runner.app.sources import load_workflow
from runner.core.engine import Engine
from runner.core.engine_report import EngineReport
from runner.core.errors import RunnerError
from runner.core.struct import Struct
from runner.document.files import Files
from runner.resource.orchestrator_names import DOCKER

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.daemon.endpoints.endpoint import Endpoint


class Client(Struct, dict=True):
    """This machine: the user's environment and files, and the workflow among them."""

    workspace: Workspace
    source: Source

    @cached_property
    def workflow(self) -> LoadedWorkflow | RunnerError | None:
        """The workflow, or why it can't be used; None if there is no such file. No command is run for its secrets."""
        if not (workflow_path(self.source.file).exists() or takes_compose(self.source, Files(self.workspace.access))):
            return None
        try:
            return load_workflow(self.source, self.workspace.without_commands())
        except RunnerError as error:
            return error

    @property
    def orchestrator(self) -> str:
        """Return what is to run the workflow, or whatever else it is asked for."""
        if self.source.engine is not None or self.workflow is None or isinstance(self.workflow, RunnerError):
            return self.source.engine or DOCKER
        return self.workflow.desired.orchestrator


class Patient(Struct):
    """An engine that answers, as it is reached from this machine."""

    client: Client
    endpoint: Endpoint
    gateway: Gateway
    engine: Engine
    report: EngineReport
    deep: bool = False
    """Whether a container may be started to try something."""

"""The use cases as functions over values, for commands, services and other programs.

Nothing here uses click, prints, prompts or reads the process's environment: workspace, frontend and engine are
arguments. The names below are the public API; docs/api.md has an example.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runner.app.apply import apply_workflow
    from runner.app.destroy import destroy_workflow, plan_destroy
    from runner.app.engine_connection import EngineOptions, connect
    from runner.app.frontend import Consequence, Frontend, Headless
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.planning import PlanOptions, plan_workflow
    from runner.app.source import Source
    from runner.app.sources import load_workflow
    from runner.app.workspace import Workspace
    from runner.core.compose_options import ComposeOptions
    from runner.core.exit_code import ExitCode

__all__ = [
    "ComposeOptions",
    "Consequence",
    "EngineOptions",
    "ExitCode",
    "Frontend",
    "Headless",
    "LoadedWorkflow",
    "PlanOptions",
    "Source",
    "Workspace",
    "apply_workflow",
    "connect",
    "destroy_workflow",
    "load_workflow",
    "plan_destroy",
    "plan_workflow",
]

_HOMES = {
    "ComposeOptions": "runner.core.compose_options",
    "apply_workflow": "runner.app.apply",
    "EngineOptions": "runner.app.engine_connection",
    "connect": "runner.app.engine_connection",
    "destroy_workflow": "runner.app.destroy",
    "plan_destroy": "runner.app.destroy",
    "Consequence": "runner.app.frontend",
    "Frontend": "runner.app.frontend",
    "Headless": "runner.app.frontend",
    "LoadedWorkflow": "runner.app.loaded_workflow",
    "Source": "runner.app.source",
    "PlanOptions": "runner.app.planning",
    "plan_workflow": "runner.app.planning",
    "load_workflow": "runner.app.sources",
    "Workspace": "runner.app.workspace",
    "ExitCode": "runner.core.exit_code",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that each use case loads only what it needs."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

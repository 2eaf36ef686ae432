"""Load the source given to a command: a workflow file or a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.load import load
from runner.app.loaded_workflow import LoadedWorkflow
from runner.app.plan_file_format import file_head
from runner.app.source import Source, workflow_path
from runner.bundle.sniff import is_tar

if TYPE_CHECKING:
    from runner.app.workspace import Workspace


def load_workflow(source: Source, workspace: Workspace, *, contents: bool = True) -> LoadedWorkflow:
    """Load a workflow file, or the one in a bundle; InvalidInput with all findings if one is an error.

    Without `contents`, build contexts are not read: enough to validate, draw the graph or run checks.
    """
    if is_tar(file_head(workflow_path(source.file), workspace.access.root)):
        from runner.app.from_bundle import load_bundled

        return load_bundled(source, workspace, contents=contents)
    return load(source, workspace, contents=contents)

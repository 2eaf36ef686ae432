"""Loading whatever a command was given: a workflow file, or a bundle of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.load import LoadedWorkflow, Source, load, workflow_path
from runner.app.plan_file_format import file_head
from runner.bundle.sniff import is_tar

if TYPE_CHECKING:
    from runner.app.workspace import Workspace


def load_workflow(source: Source, workspace: Workspace, *, contents: bool = True) -> LoadedWorkflow:
    """Read a workflow file, or the one in a bundle; InvalidInput with every finding when there is an error.

    Without `contents`, build contexts are not read: enough to validate, to draw the graph, to run checks.
    """
    if is_tar(file_head(workflow_path(source.file), workspace.access.root)):
        from runner.app.from_bundle import load_bundled

        return load_bundled(source, workspace, contents=contents)
    return load(source, workspace, contents=contents)

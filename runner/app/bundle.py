"""Write a bundle: a workflow with its images and files in one tar file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.bundle_writer import BundlePacker
from runner.app.from_bundle import require_loading
from runner.app.from_lockfile import pin_to_lock
from runner.app.load import load
from runner.app.loaded_workflow import InputOverrides, LoadedWorkflow
from runner.app.planning import PlanOptions, PreparedWorkflow, plan_against_engine
from runner.app.source import Source
from runner.app.written_file import written_file
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.gateway import Gateway
from runner.core.plan import Action, Change
from runner.core.struct import replace
from runner.document.files import Files
from runner.kinds.image import IMAGE
from runner.kinds.image.substitute import pinned_to

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.views.bundle import BundleSummary


def find_images(workflow: LoadedWorkflow, gateway: Gateway, *, locked: bool) -> dict[Address, Change]:
    """Return the change of each image, with its observed state; DiagnosedError if apply would build or pull one."""
    workflow = pin_to_lock(workflow, gateway) if locked else workflow
    changes = plan_against_engine(PreparedWorkflow(workflow, PlanOptions(locked=locked)), gateway).changes
    found = {change.address: change for change in changes if change.address.kind == IMAGE.name}
    missing = [change for change in found.values() if change.action is not Action.NOOP or change.observed is None]
    if missing:
        raise workflow.failed("no bundle was written", map(_missing, missing))
    return found


def _missing(change: Change) -> Diagnostic:
    span = change.desired.span if change.desired else None
    message = f"{change.address} on this engine does not match the file"
    return Diagnostic("not-there", message, span, f"run: runner apply --target {change.address}")


def write_bundle(
    path: str,
    source: Source,
    workflow: LoadedWorkflow,
    gateway: Gateway,
    workspace: Workspace,
    *,
    locked: bool,
    idle_timeout: float,
) -> BundleSummary:
    """Write a bundle of a workflow with the images on the engine; DiagnosedError if one is missing.

    `idle_timeout` limits how long, in seconds, the engine may send nothing while it saves an image.
    """
    require_loading(workflow.desired)
    images = find_images(workflow, gateway, locked=locked)
    files = Files(workspace.access)
    portable = _without_builds(source, workspace, images, files)
    packer = BundlePacker(workspace, workflow, portable, files, idle_timeout)
    with written_file(Path(path)) as stream:
        return replace(packer.pack(stream, images, gateway), file=path)


def _without_builds(
    source: Source, workspace: Workspace, images: Mapping[Address, Change], files: Files
) -> LoadedWorkflow:
    """Load the workflow as it will be loaded from the bundle; `files` collects the files read."""
    pins = {address: pinned_to(change.observed.id, "never") for address, change in images.items() if change.observed}
    return load(source, workspace, inputs=InputOverrides(files, overrides=pins))

"""Load a workflow from a bundle: with the bundled files, and the bundled images where the engine lacks them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.file_choice import refuse_compose_options
from runner.app.from_snapshot import load_pinned
from runner.app.loaded_workflow import InputOverrides, LoadedWorkflow
from runner.app.missing_variables import explain_missing
from runner.app.source import Source
from runner.core.address import Address
from runner.core.compose_options import ComposeOptions
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.engine import Engine
from runner.core.errors import InvalidInput, RunnerError, UsageError
from runner.core.gateway import Gateway
from runner.core.state import DesiredState
from runner.core.struct import replace
from runner.document.files import Files
from runner.document.trust import foreign
from runner.kinds.image.load_archive import load_from_archive
from runner.kinds.image.settings import ArchivedImage
from runner.kinds.image.substitute import pinned_to

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.bundle.read import Bundle


def load_bundled(given: Source, workspace: Workspace, *, contents: bool = True) -> LoadedWorkflow:
    """Load the workflow in a bundle; files that it doesn't contain are looked up next to it."""
    bundle, remembered = _open(Path(given.file), workspace)
    folder, held = bundle.path.parent, bundle.contents
    files = Files(
        replace(workspace.access, variables=held.withheld),
        {_absolute(folder, path): content for path, content in remembered.items()},
        {_absolute(folder, path): text for path, text in held.fingerprints.items()},
    )
    pins = {Address.parse(address): pinned_to(image.config.digest, "never") for address, image in held.images.items()}
    refuse_compose_options(given)
    options = held.compose.with_paths(lambda path: _absolute(folder, path)) if held.compose else ComposeOptions()
    source = Source(str(folder / held.file), given.variables, given.variable_files, options)
    inputs = InputOverrides(files, pins, is_named=_is_beside(held.file))
    with explain_missing(held.withheld, "a bundle"):
        loaded = load_pinned(source, workspace, inputs, held.variables, contents=contents)
    return replace(loaded, bundle=bundle)


def _is_beside(file: str) -> bool:
    """Return whether a bundle's file lies in or below the bundle's folder: the user named no other path."""
    return not Path(file).is_absolute() and ".." not in Path(file).parts


def _open(path: Path, workspace: Workspace) -> tuple[Bundle, dict[str, bytes]]:
    """Return a bundle and the files in it; InvalidInput if it isn't one or is incomplete."""
    from runner.bundle.read import open_bundle

    try:
        bundle = open_bundle(path)
        files = bundle.files()
    except RunnerError as error:
        raise InvalidInput([Diagnostic("broken-bundle", error.message, help=error.help)]) from error
    if reason := foreign(path.stat(), workspace.trusted_users):
        help = "digests detect corruption, not tampering: apply only bundles from a trusted source"
        warning = Diagnostic("foreign-bundle", f'"{path}" {reason}', help=help, severity=Severity.WARNING)
        workspace.report([warning], {})
    return bundle, files


def _absolute(folder: Path, path: str) -> str:
    return os.path.abspath(folder / path)  # noqa: PTH100 - removes "..", which Path.absolute() keeps


def load_images(workflow: LoadedWorkflow, bundle: Bundle, gateway: Gateway, workspace: Workspace) -> LoadedWorkflow:
    """Declare the images of a bundle to be loaded where the engine lacks them; InvalidInput if a mount is missing."""
    require_loading(workflow.desired)
    engine = gateway.engine()
    found = [*_missing_mounts(bundle, engine), *_other_platforms(bundle, engine)]
    if any(one.severity is Severity.ERROR for one in found):
        raise workflow.invalid(found)
    if found:
        workspace.report(list(map(workflow.redactor.diagnostic, found)), workflow.sources)
    return replace(workflow, desired=_loadable(workflow.desired, bundle, engine))


def require_loading(desired: DesiredState) -> None:
    """Raise UsageError for a workflow that what is loaded into an engine doesn't serve."""
    from runner.kinds import orchestrator

    if not orchestrator(desired.orchestrator).loads_images:
        message = "a bundle loads its images into one engine, and the nodes of a swarm would not have them"
        raise UsageError(message, help="push them to a registry that every node reaches", code="swarm-cannot")


def _loadable(desired: DesiredState, bundle: Bundle, engine: Engine) -> DesiredState:
    """Replace images with archived ones, by the engine's IDs: with the containerd store, the manifest digests."""
    images = {}
    for text, image in bundle.contents.images.items():
        address = Address.parse(text)
        id = (image.manifest if engine.capabilities.containerd_store else image.config).digest
        if address in desired.resources:
            images[address] = ArchivedImage(bundle.image(text), id, image.names)
    return load_from_archive(desired, images)


def _missing_mounts(bundle: Bundle, engine: Engine) -> Iterator[Diagnostic]:
    """Yield an error for each missing bind mount; only if the engine is on this machine."""
    folder = bundle.path.parent
    for user, paths in bundle.contents.mounts.items():
        for path in paths:
            if engine.capabilities.on_this_machine and not (folder / path).exists():
                message = f'{user} mounts "{path}", which is neither in the bundle nor on this machine'
                yield Diagnostic("mount-missing", message, help=f"place it at {_absolute(folder, path)}")


def _other_platforms(bundle: Bundle, engine: Engine) -> Iterator[Diagnostic]:
    own = f"{engine.os}/{engine.architecture}"
    for address, image in bundle.contents.images.items():
        if image.platform and not f"{image.platform}/".startswith(f"{own}/"):
            message = f"{address} is built for {image.platform}, but the engine is {own}"
            yield Diagnostic("other-platform", message, help="bundle on that platform", severity=Severity.WARNING)

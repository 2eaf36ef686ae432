"""A workflow out of a bundle: its files are those in there, its images are loaded where they are missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runner.cli.environment import process_access, trusted_users
from runner.app.from_lockfile import pin_to_lock
from runner.cli.options import Source
from runner.cli.session import CommandContext, LoadedWorkflow
from runner.app.missing_variables import explain_missing
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import InvalidInput, RunnerError
from runner.core.gateway import Gateway
from runner.core.state import DesiredState, Engine
from runner.document.files import Files
from runner.document.trust import foreign
from runner.kinds.image.load_archive import ArchivedImage, load_from_archive
from runner.kinds.image.substitute import pinned_to

if TYPE_CHECKING:
    from runner.bundle.read import Bundle
    from runner.app.from_snapshot import Pins


def load_bundled(session: CommandContext, given: Source, *, contents: bool = True) -> LoadedWorkflow:
    """Read the workflow in a bundle; what is not in there is looked for beside it."""
    from runner.app.from_snapshot import load_pinned

    bundle, remembered = _open(session, Path(given.file))
    folder, held = bundle.path.parent, bundle.contents
    files = Files(
        replace(process_access(), variables=held.withheld),
        {_absolute(folder, path): content for path, content in remembered.items()},
        {_absolute(folder, path): text for path, text in held.fingerprints.items()},
    )
    pins: Pins = {
        Address.parse(address): pinned_to(image.config.digest, "never") for address, image in held.images.items()
    }
    source = Source(str(folder / held.file), given.variables, given.variable_files)
    with explain_missing(held.withheld, "a bundle"):
        loaded = load_pinned(
            session, source, files, pins, held.variables, contents=contents, is_named=_is_beside(held.file)
        )
    return replace(loaded, bundle=bundle)


def _is_beside(file: str) -> bool:
    """Tell whether a bundle's file lies where the bundle does, or below: what it names elsewhere the user did not."""
    return not Path(file).is_absolute() and ".." not in Path(file).parts


def _open(session: CommandContext, path: Path) -> tuple[Bundle, dict[str, bytes]]:
    """Return a bundle and the files in it; InvalidInput when it is none, or not a whole one."""
    from runner.bundle.read import open_bundle

    try:
        bundle = open_bundle(path)
        files = bundle.files()
    except RunnerError as error:
        found = [Diagnostic("broken-bundle", error.message, help=error.help)]
        session.report(found, {})
        raise InvalidInput(found) from error
    if reason := foreign(path.stat(), trusted_users()):
        help = "its digests tell damage, not forgery: apply only what comes from somebody whom you trust"
        session.report([Diagnostic("foreign-bundle", f'"{path}" {reason}', help=help, severity=Severity.WARNING)], {})
    return bundle, files


def _absolute(folder: Path, path: str) -> str:
    return os.path.abspath(folder / path)  # noqa: PTH100 - takes out "..", which Path.absolute() leaves in


def resolve_images(
    session: CommandContext, loaded: LoadedWorkflow, gateway: Gateway, *, locked: bool = False
) -> LoadedWorkflow:
    """Pin what was loaded to its lock file, if it is to be, or let what came in a bundle be loaded into the engine.

    A bundle holds the very images, and is as good as locked. InvalidInput when something is missing.
    """
    if loaded.bundle is not None:
        return _on_engine(session, loaded, loaded.bundle, gateway)
    return pin_to_lock(session, loaded, gateway) if locked else loaded


def _on_engine(session: CommandContext, loaded: LoadedWorkflow, bundle: Bundle, gateway: Gateway) -> LoadedWorkflow:
    engine = gateway.engine()
    found = [*_missing_mounts(bundle, engine), *_other_platforms(bundle, engine)]
    if found:
        session.report(found, loaded.sources)
    if any(one.severity is Severity.ERROR for one in found):
        raise InvalidInput(found)
    return replace(loaded, desired=_loadable(loaded.desired, bundle, engine))


def _loadable(desired: DesiredState, bundle: Bundle, engine: Engine) -> DesiredState:
    """Call the images as the engine will: by the digests of their manifests where containerd keeps them."""
    images = {}
    for text, image in bundle.contents.images.items():
        address = Address.parse(text)
        id = (image.manifest if engine.capabilities.get("containerd_store") else image.config).digest
        if address in desired.resources:
            images[address] = ArchivedImage(bundle.image(text), id, image.names)
    return load_from_archive(desired, images)


def _missing_mounts(bundle: Bundle, engine: Engine) -> Iterator[Diagnostic]:
    """Yield what is mounted from beside the bundle and isn't there, as far as the engine is on this machine."""
    folder = bundle.path.parent
    for user, paths in bundle.contents.mounts.items():
        for path in paths:
            if engine.capabilities.get("on_this_machine") and not (folder / path).exists():
                message = f'{user} mounts "{path}", which is not in the bundle, nor on this machine'
                yield Diagnostic("mount-missing", message, help=f"put it at {_absolute(folder, path)}")


def _other_platforms(bundle: Bundle, engine: Engine) -> Iterator[Diagnostic]:
    own = f"{engine.os}/{engine.architecture}"
    for address, image in bundle.contents.images.items():
        if image.platform and not f"{image.platform}/".startswith(f"{own}/"):
            message = f"{address} is made for {image.platform}, and the engine is {own}"
            yield Diagnostic("other-platform", message, help="make the bundle there", severity=Severity.WARNING)

"""Write the lock file: the images that a workflow's image names refer to."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.defaults import ALL
from runner.app.engine_connection import EngineOptions, connect
from runner.core.diagnostic import Diagnostic, Severity, did_you_mean
from runner.core.errors import DiagnosedError, EngineError, EngineUnreachable, RunnerError, UsageError
from runner.core.lockfile import LockedImage, LockFile
from runner.core.phrase import reason_of
from runner.core.struct import Struct
from runner.document.root import ANYWHERE
from runner.kinds.image.lockable_names import LockableReference, lockable_references
from runner.kinds.image.settings import PullSettings
from runner.resource.image_reference import familiar

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway


class LockUpdate(Struct):
    """The result of updating a lock file: its content before and after."""

    path: str
    before: Mapping[str, LockedImage]
    lock: LockFile
    warnings: tuple[Diagnostic, ...] = ()
    """One for each image locked by ID, since it has no registry digest."""


def update_lock(
    workflow: LoadedWorkflow, upgrade: tuple[str, ...], workspace: Workspace, options: EngineOptions
) -> LockUpdate:
    """Lock images that aren't locked yet or are to be upgraded, by name or key; remove unused entries.

    Connects to the engine only if there is something to resolve. Raises DiagnosedError if a name can't be resolved,
    InvalidInput if the lock file is needed but can't be read, UsageError for an unknown name to upgrade.
    """
    from runner.workflow.lockfile import lock_file_of

    path = lock_file_of(workflow.file)
    before = _before(workflow, path, is_needed=ALL not in upgrade)
    wanted = _wanted(workflow, upgrade, before)
    kept = {name: before[name] for name, newest in wanted.items() if name in before and not newest}
    missing = {name: newest for name, newest in wanted.items() if name not in kept}
    found: dict[str, LockedImage] = {}
    if missing:
        with connect(workspace, options, redactors=[workflow.redactor]) as gateway:
            found = _resolve(workflow, gateway, missing, before, options.parallel)
    lock = LockFile(workflow.desired.workflow, {**kept, **found})
    _write(path, lock, workflow.file)
    return LockUpdate(str(path), before, lock, tuple(_local_only(workflow, found)))


def _before(workflow: LoadedWorkflow, path: Path, *, is_needed: bool) -> Mapping[str, LockedImage]:
    """Return the existing lock entries; InvalidInput if they are needed but can't be read."""
    from runner.workflow.lockfile import read_lock_file

    if not path.exists():
        return {}
    found: list[Diagnostic] = []
    lock = read_lock_file(path, workflow.desired.workflow, found, workflow.sources, workflow.files)
    if lock is None and is_needed:
        raise workflow.invalid(found)
    return lock.images if lock else {}


def _wanted(workflow: LoadedWorkflow, upgrade: tuple[str, ...], before: Container[str]) -> dict[str, bool]:
    """Return every name to lock, and whether to lock it to the registry's latest image."""
    desired = workflow.desired
    references = list(lockable_references(desired))
    wanted = dict.fromkeys((reference.name for reference in references), ALL in upgrade)
    for one in references:
        settings = desired.resources[one.address].settings
        is_new = one.name not in before and isinstance(settings, PullSettings) and settings.pull == "always"
        wanted[one.name] |= is_new or one.address.name in upgrade or one.name in map(familiar, upgrade)
    known = {*wanted, *(one.address.name for one in references)}
    for name in upgrade:
        if name not in known and familiar(name) not in known and name != ALL:
            hint = did_you_mean(name, known) or "the lock file lists the names"
            raise UsageError(f'--upgrade "{name}": no such image in {workflow.file}; {hint}', code="unknown-resource")
    return wanted


def _resolve(
    workflow: LoadedWorkflow,
    gateway: Gateway,
    wanted: Mapping[str, bool],
    before: Mapping[str, LockedImage],
    parallel: int,
) -> dict[str, LockedImage]:
    """Resolve names on the engine and, through it, in registries; DiagnosedError if one can't be resolved."""
    from runner.kinds import orchestrator
    from runner.kinds.image.resolve import Resolver

    failed: dict[str, EngineError] = {}
    desired = workflow.desired
    named = orchestrator(desired.orchestrator).named_images(gateway, desired.workflow)
    registered = {name for name, image in before.items() if image.digest}
    in_registry = registered if gateway.engine().capabilities.containerd_store else frozenset(named)
    resolver = Resolver(gateway, named, in_registry)

    def find(name: str) -> LockedImage:
        try:
            return resolver.resolve(name, newest=wanted[name])
        except EngineUnreachable:
            raise
        except EngineError as error:
            failed[name] = error
            return LockedImage()

    with ThreadPoolExecutor(parallel) as pool:
        found = dict(zip(wanted, pool.map(find, wanted), strict=True))
    if failed:
        raise _failure(workflow, found, failed)
    return found


def _failure(
    workflow: LoadedWorkflow, found: Mapping[str, LockedImage], failed: Mapping[str, EngineError]
) -> DiagnosedError:
    uses = _first_uses(workflow)
    help = "check the name, network and registry; private images need docker login"
    findings = [
        Diagnostic("cannot-lock", f"{uses[name].words} cannot be locked: {error.message}", uses[name].span, help)
        for name, error in failed.items()
    ]
    return workflow.failed("no images were locked", [*findings, *_local_only(workflow, found)])


def _local_only(workflow: LoadedWorkflow, found: Mapping[str, LockedImage]) -> Iterator[Diagnostic]:
    uses = _first_uses(workflow)
    for use in (uses[name] for name, image in found.items() if image.id):
        message = f"{use.words} has no registry digest on this engine: locked by image ID"
        help = f"copy it to other engines with docker load, or lock the registry's: runner lock --upgrade {use.name}"
        yield Diagnostic("local-image", message, use.span, help, severity=Severity.WARNING)


def _first_uses(workflow: LoadedWorkflow) -> dict[str, LockableReference]:
    return {use.name: use for use in reversed([*lockable_references(workflow.desired)])}


def _write(path: Path, lock: LockFile, workflow: str) -> None:
    """Write the lock file, unless its content is unchanged."""
    from runner.document.atomic_write import atomic_write, require_regular_file
    from runner.workflow.lockfile import lock_file_text

    content = lock_file_text(lock, Path(workflow).name).encode()
    try:
        require_regular_file(path)
        if not path.exists() or ANYWHERE.read(path, len(content) + 1) != content:
            with atomic_write(path) as stream:
                stream.write(content)
    except OSError as error:
        raise RunnerError(f'cannot write "{path}": {reason_of(error)}', code="cannot-write") from error

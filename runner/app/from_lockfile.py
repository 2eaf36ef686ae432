"""Workflows pinned to their lock file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.app.loaded_workflow import LoadedWorkflow
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.plan import Plan
from runner.core.struct import replace

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.lockfile import LockFile


def read_lock(workflow: LoadedWorkflow) -> LockFile:
    """Read the lock file of a workflow; InvalidInput if it is missing or invalid."""
    from runner.workflow.lockfile import lock_file_of, read_lock_file

    path = lock_file_of(workflow.file)
    found: list[Diagnostic] = []
    if not path.exists():
        found.append(Diagnostic("no-lock", f'no lock file "{path}"', help="create it with: runner lock"))
    lock = None if found else read_lock_file(path, workflow.desired.workflow, found, workflow.sources, workflow.files)
    if lock is None or found:
        raise workflow.invalid(found)
    return lock


def pin_to_lock(workflow: LoadedWorkflow, gateway: Gateway) -> LoadedWorkflow:
    """Pin every image to the one in the lock file; InvalidInput if one isn't locked or is unavailable."""
    from runner.kinds.image.lock_status import unavailable_images
    from runner.kinds.image.pin_to_lockfile import pin_to_lockfile

    lock = read_lock(workflow)
    found: list[Diagnostic] = []
    desired = pin_to_lockfile(workflow.desired, lock, found)
    if not found:
        found += unavailable_images(workflow.desired, lock, gateway.images.list())
    if found:
        raise workflow.invalid(found)
    return replace(workflow, desired=desired)


def moved_tags(workflow: LoadedWorkflow, plan: Plan, gateway: Gateway) -> Iterator[Diagnostic]:
    """Yield a warning for each problem in the lock file, and each name that now refers to another image than in it."""
    from runner.kinds.image import lock_status
    from runner.workflow.lockfile import lock_file_of, read_lock_file

    path = lock_file_of(workflow.file)
    if path.exists():
        found: list[Diagnostic] = []
        lock = read_lock_file(path, workflow.desired.workflow, found, workflow.sources, workflow.files)
        yield from (replace(one, severity=Severity.WARNING) for one in found)
        if lock is not None:
            newest = _newest_digests(plan)
            yield from lock_status.moved_tags(workflow.desired, lock, gateway.images.list(), newest)


def _newest_digests(plan: Plan) -> dict[Address, str]:
    """Return the latest digests that registries reported during planning, for images that are always pulled."""
    from runner.kinds.image.traits import traits_of

    newest = ((change.address, traits_of(change.observed).newest_digest) for change in plan.changes)
    return {address: digest for address, digest in newest if digest is not None}

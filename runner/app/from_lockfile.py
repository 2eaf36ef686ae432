"""A workflow as its lock file pins it, for the commands that take --locked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from runner.cli.session import CommandContext, LoadedWorkflow
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import InvalidInput
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.lockfile import LockFile

locked_option = click.option(
    "--locked", is_flag=True, help="Use exactly the images in the lock file, and refuse what isn't in it."
)
"""For commands that compare a file with the engine, as an argument named `locked`."""


def read_lock(session: CommandContext, loaded: LoadedWorkflow) -> LockFile:
    """Read the lock file of a workflow; InvalidInput when there is none, or something is wrong with it."""
    from runner.workflow.lockfile import lock_file_of, read_lock_file

    path = lock_file_of(loaded.file)
    found: list[Diagnostic] = []
    if not path.exists():
        found.append(Diagnostic("no-lock", f'no lock file "{path}"', help="make it with: runner lock"))
    lock = None if found else read_lock_file(path, loaded.desired.workflow, found, loaded.sources, loaded.files)
    _refuse(session, loaded, found)
    assert lock is not None
    return lock


def pin_to_lock(session: CommandContext, loaded: LoadedWorkflow, gateway: Gateway) -> LoadedWorkflow:
    """Pin every image to the one in the lock file; InvalidInput for what isn't there, or can't be had by it."""
    from runner.kinds.image.lock_status import unavailable_images
    from runner.kinds.image.pin_to_lockfile import pin_to_lockfile

    lock = read_lock(session, loaded)
    found: list[Diagnostic] = []
    desired = pin_to_lockfile(loaded.desired, lock, found)
    if not found:
        found += unavailable_images(loaded.desired, lock, gateway.images.list())
    _refuse(session, loaded, found)
    return replace(loaded, desired=desired)


def _refuse(session: CommandContext, loaded: LoadedWorkflow, found: list[Diagnostic]) -> None:
    if found:
        session.report(found, loaded.sources)
        raise InvalidInput(found)


def warn_moved_tags(loaded: LoadedWorkflow, plan: Plan, gateway: Gateway) -> Plan:
    """Add to a plan that doesn't heed the lock file which names stand for another image than there, if it has one.

    No registry is asked for it.
    """
    return replace(plan, warnings=(*plan.warnings, *_moves(loaded, plan, gateway)))


def _moves(loaded: LoadedWorkflow, plan: Plan, gateway: Gateway) -> Iterator[Diagnostic]:
    from runner.kinds.image.lock_status import moved_tags
    from runner.workflow.lockfile import lock_file_of, read_lock_file

    path = lock_file_of(loaded.file)
    if path.exists():
        found: list[Diagnostic] = []
        lock = read_lock_file(path, loaded.desired.workflow, found, loaded.sources, loaded.files)
        yield from (replace(one, severity=Severity.WARNING) for one in found)
        if lock is not None:
            yield from moved_tags(loaded.desired, lock, gateway.images.list(), _told_by_registries(plan))


def _told_by_registries(plan: Plan) -> dict[Address, str]:
    """Return what registries were asked for on the way: the newest digest of what is always pulled."""
    seen = ((change.address, change.observed) for change in plan.changes)
    return {address: live.attributes["registry"] for address, live in seen if live and "registry" in live.attributes}

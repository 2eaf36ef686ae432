"""runner apply: make the engine match the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from runner.app.from_bundle import resolve_images
from runner.app.apply import converge
from runner.app.from_lockfile import locked_option
from runner.cli.options import (
    Options,
    Source,
    adopt_option,
    lock_option,
    log_options,
    rebuild_option,
    shared_options,
    source_options,
    target_option,
    verbose_option,
)
from runner.app.planning import force_rebuild, plan_against_engine, select_targets
from runner.app.plan_file_format import is_saved
from runner.cli.session import CommandContext
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.app.plan_file import SavedPlan


@click.command("apply")
@click.option("--yes", "-y", is_flag=True, help="Go on even if data or what another file made is destroyed.")
@click.option("--atomic", is_flag=True, help="If anything fails, undo all that was done; as on_failure: rollback.")
@locked_option
@rebuild_option
@adopt_option
@target_option
@lock_option
@log_options
@verbose_option
@shared_options
@source_options
def command(
    source: Source,
    options: Options,
    yes: bool,
    atomic: bool,
    locked: bool,
    rebuild: bool,
    adopt: bool,
    targets: tuple[str, ...],
    lock_timeout: float,
) -> int:
    """Make the engine match FILE (workflow.yaml), and wait until everything works.

    FILE may be a plan that was saved with runner plan --out: it is refused if anything has changed since. Or it is a
    bundle of runner bundle, whose images are loaded where they are missing.
    """
    session = CommandContext(options)
    saved = _saved_plan(source.file)
    if saved is not None:
        if locked or rebuild or adopt or targets:
            raise click.UsageError(
                "a saved plan says by itself what it adopts, targets and rebuilds, and if it is locked"
            )
        locked, rebuild, adopt, targets = saved.locked, saved.rebuild, saved.adopt, saved.targets
    loaded = session.load(source) if saved is None else saved.load(session, source)
    if atomic:
        loaded = replace(loaded, desired=replace(loaded.desired, atomic=True))
        saved = saved and replace(saved, atomic=True)
    with session.engine() as gateway:
        loaded = resolve_images(session, loaded, gateway, locked=locked)
        if rebuild:
            loaded = force_rebuild(loaded)
        loaded, part = select_targets(session, loaded, targets)

        def look() -> Plan:
            plan = plan_against_engine(loaded, gateway, adopt=adopt, part=part)
            return plan if saved is None else saved.checked(plan, loaded, gateway.address)

        return converge(
            session,
            loaded,
            gateway,
            look,
            plan=look(),
            command="apply",
            yes=yes,
            lock_timeout=lock_timeout,
            targets=targets,
        )


def _saved_plan(path: str) -> SavedPlan | None:
    if not is_saved(path):
        return None
    from runner.app.plan_file import read_saved

    return read_saved(path)

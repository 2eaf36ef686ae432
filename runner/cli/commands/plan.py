"""runner plan: what apply would do, and why."""

from __future__ import annotations

import click

from runner.app.from_bundle import resolve_images
from runner.app.from_lockfile import locked_option, warn_moved_tags
from runner.cli.options import (
    Options,
    Source,
    adopt_option,
    rebuild_option,
    shared_options,
    source_options,
    target_option,
    verbose_option,
)
from runner.app.planning import force_rebuild, plan_against_engine, select_targets, show_plan
from runner.cli.session import CommandContext

CHANGES_PENDING = 10
FAILED = 1


@click.command("plan")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 10 when changes are pending.")
@click.option("--out", metavar="PATH", help="Save the plan, for runner apply PATH.")
@locked_option
@rebuild_option
@adopt_option
@target_option
@verbose_option
@shared_options
@source_options
def command(
    source: Source,
    options: Options,
    detailed_exitcode: bool,
    out: str | None,
    locked: bool,
    rebuild: bool,
    adopt: bool,
    targets: tuple[str, ...],
) -> int:
    """Show what apply would change on the engine, field by field, and why. Changes nothing."""
    session = CommandContext(options)
    loaded = session.load(source)
    if out is not None and loaded.bundle:
        raise click.UsageError("the plan of a bundle cannot be saved; apply the bundle itself")
    with session.engine() as gateway:
        loaded = resolve_images(session, loaded, gateway, locked=locked)
        if rebuild:
            loaded = force_rebuild(loaded)
        loaded, part = select_targets(session, loaded, targets)
        plan = plan_against_engine(loaded, gateway, adopt=adopt, part=part)
        plan = plan if locked or loaded.bundle else warn_moved_tags(loaded, plan, gateway)
        show_plan(session, loaded, plan, gateway.address)
    if plan.problems:
        return FAILED
    if out is not None:
        from runner.app.plan_file import save

        save(out, plan, loaded, source, gateway.address, locked=locked, rebuild=rebuild, adopt=adopt, targets=targets)
    return CHANGES_PENDING if detailed_exitcode and plan.pending else 0

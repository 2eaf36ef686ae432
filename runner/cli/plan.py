"""runner plan: what apply would do, and why."""

from __future__ import annotations

import click

from runner.cli.options import Options, Source, shared_options, source_options
from runner.cli.planning import compare, show_plan
from runner.cli.session import Session

CHANGES_PENDING = 10
FAILED = 1


@click.command("plan")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 10 when changes are pending.")
@shared_options
@source_options
def command(source: Source, options: Options, detailed_exitcode: bool) -> int:
    """Show what apply would change on the engine, field by field, and why. Changes nothing."""
    session = Session(options)
    loaded = session.load(source)
    with session.engine() as gateway:
        plan = compare(loaded, gateway)
        show_plan(session, loaded, plan, gateway.address)
    if plan.problems:
        return FAILED
    return CHANGES_PENDING if detailed_exitcode and plan.pending else 0

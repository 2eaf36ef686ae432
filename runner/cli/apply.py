"""runner apply: make the engine match the file."""

from __future__ import annotations

import click

from runner.cli.options import Options, Source, shared_options, source_options
from runner.cli.planning import compare, show_plan
from runner.cli.running import carry_out, consent
from runner.cli.session import Session

FAILED = 1


@click.command("apply")
@click.option("--yes", "-y", is_flag=True, help="Go on even if data is destroyed.")
@shared_options
@source_options
def command(source: Source, options: Options, yes: bool) -> int:
    """Make the engine match FILE (workflow.yaml), and wait until everything works."""
    session = Session(options)
    loaded = session.load(source)
    with session.engine() as gateway:
        plan = compare(loaded, gateway)
        if session.output != "json" or plan.problems:
            show_plan(session, loaded, plan, gateway.address)
        if plan.problems:
            return FAILED
        if not plan.pending and session.output != "json" and not options.log_file:
            return 0
        consent(plan, yes=yes)
        return carry_out(session, plan, gateway, command="apply", file=loaded.file, redactor=loaded.redactor)

"""runner destroy: remove what a workflow owns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from runner.cli.confirm import ask
from runner.app.stale_locks import clear_dead_locks
from runner.app.file_origin import origin_of
from runner.app.former_secrets import learn_former
from runner.app.workflow_name import file_or_name, is_name
from runner.cli.options import (
    Options,
    Source,
    lock_option,
    log_options,
    shared_options,
    source_options,
    verbose_option,
)
from runner.app.run import carry_out
from runner.cli.session import CommandContext
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.views.view import View


@click.command("destroy")
@click.option("--volumes", is_flag=True, help="Remove its volumes too, with their data.")
@click.option("--images", is_flag=True, help="Remove the images that it built too.")
@click.option("--yes", "-y", is_flag=True, help="Go on even if data or what another file made is destroyed.")
@lock_option
@log_options
@verbose_option
@shared_options
@source_options
def command(source: Source, options: Options, volumes: bool, images: bool, yes: bool, lock_timeout: float) -> int:
    """Remove everything that a workflow owns, dependants first. FILE may be the workflow's name instead."""
    from runner.engine.observe import observe
    from runner.kinds import CATALOG
    from runner.plan.planner import make_destroy_plan
    from runner.plan.protection import kept_findings
    from runner.views.plan import plan_lines

    session = CommandContext(options)
    loaded = file_or_name(session, source)
    spared = {kind for kind, doomed in (("volume", volumes), ("image", images)) if not doomed}
    with session.engine() as gateway:
        workflow = loaded.desired.workflow
        desired = loaded.desired if loaded.desired.resources else None
        file = "" if is_name(source.file) else origin_of(loaded.file, loaded.redactor)

        def look() -> Plan:
            observed = observe(gateway, CATALOG, workflow, desired)
            learn_former(loaded.redactor, observed, desired)
            plan = make_destroy_plan(workflow, observed, CATALOG, frozenset(spared), desired)
            return replace(plan, file=file)

        plan = look()
        if not plan.pending:
            clear_dead_locks(gateway, workflow, "destroy")
        if session.output != "json":
            idle = f"the engine has nothing of {workflow} to remove"
            verbose = options.verbose
            session.writer().write(
                plan_lines(plan, idle=idle, host=gateway.address, width=session.width, verbose=verbose)
            )
            if stays := kept_findings(plan):
                session.report(stays, loaded.sources)
            if not plan.pending and not options.log_file:
                return 0
        agreed = ask(session, plan, loaded.redactor, yes=yes)

        def keep() -> View:
            from runner.app.run_record import run_recorder

            return run_recorder(loaded, plan, gateway, repeatable=False)

        return carry_out(
            session,
            plan,
            gateway,
            command="destroy",
            file=loaded.file,
            redactor=loaded.redactor,
            again=lambda: agreed(look()),
            lock_timeout=lock_timeout,
            keep=keep,
        )

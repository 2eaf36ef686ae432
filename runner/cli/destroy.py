"""runner destroy: remove what a workflow owns."""

from __future__ import annotations

import re
import shutil

import click

from runner.cli.options import DEFAULT_FILE, Options, Source, existing, shared_options, source_options
from runner.cli.running import carry_out, consent
from runner.cli.session import Loaded, Session
from runner.core.redact import Redactor
from runner.core.state import DesiredState


@click.command("destroy")
@click.option("--volumes", is_flag=True, help="Remove its volumes too, with their data.")
@click.option("--images", is_flag=True, help="Remove the images that it built too.")
@click.option("--yes", "-y", is_flag=True, help="Go on even if data is destroyed.")
@shared_options
@source_options
def command(source: Source, options: Options, volumes: bool, images: bool, yes: bool) -> int:
    """Remove everything that a workflow owns, dependants first. FILE may be the workflow's name instead."""
    from runner.engine.observe import observe
    from runner.kinds import CATALOG
    from runner.plan.planner import make_destroy_plan
    from runner.views.plan import plan_lines

    session = Session(options)
    loaded = _load(session, source)
    spared = {kind for kind, doomed in (("volume", volumes), ("image", images)) if not doomed}
    with session.engine() as gateway:
        workflow = loaded.desired.workflow
        desired = loaded.desired if loaded.desired.resources else None
        plan = make_destroy_plan(workflow, observe(gateway, CATALOG, workflow, desired), CATALOG, frozenset(spared))
        if session.output != "json":
            width = shutil.get_terminal_size((120, 24)).columns
            session.ink().write(plan_lines(plan, source=loaded.file, host=gateway.address, width=width))
            if not plan.pending:
                return 0
        consent(plan, yes=yes)
        return carry_out(session, plan, gateway, command="destroy", file=loaded.file, redactor=loaded.redactor)


def _load(session: Session, source: Source) -> Loaded:
    """Load the file, or take what is no file for the name of a workflow."""
    is_name = re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", source.file) and not existing(source.file).exists()
    if is_name and source.file != DEFAULT_FILE:
        return Loaded(source.file, DesiredState(source.file, {}), Redactor())
    return session.load(source, contents=False)

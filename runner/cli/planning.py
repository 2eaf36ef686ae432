"""From a loaded file and an engine to a plan on the screen."""

from __future__ import annotations

import shutil

from runner.cli.session import Loaded, Session
from runner.core.gateway import Gateway
from runner.core.plan import Plan


def compare(loaded: Loaded, gateway: Gateway) -> Plan:
    """Look at the engine and plan the difference to the file."""
    from runner.engine.observe import observe
    from runner.kinds import CATALOG
    from runner.plan.planner import make_plan

    observed = observe(gateway, CATALOG, loaded.desired.workflow, loaded.desired)
    return make_plan(loaded.desired, observed, CATALOG)


def show_plan(session: Session, loaded: Loaded, plan: Plan, host: str) -> None:
    """Print a plan on standard output, with nothing sensitive in it, and what stands in its way."""
    from runner.views.plan import plan_lines
    from runner.views.plan_json import plan_json

    shown = loaded.redactor.plan(plan)
    if session.output == "json":
        session.print_json(plan_json(shown))
        return
    width = shutil.get_terminal_size((120, 24)).columns
    session.ink().write(plan_lines(shown, source=loaded.file, host=host, width=width))
    if shown.problems:
        session.report(list(shown.problems), loaded.sources)

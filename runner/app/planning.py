"""From a loaded file and an engine to a plan on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from runner.app.file_origin import origin_of
from runner.app.former_secrets import learn_former
from runner.cli.session import CommandContext, LoadedWorkflow
from runner.core.diagnostic import Diagnostic
from runner.core.errors import InvalidInput
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.plan.target import Selection


def plan_against_engine(
    loaded: LoadedWorkflow, gateway: Gateway, *, adopt: bool = False, part: Selection | None = None
) -> Plan:
    """Look at the engine and plan the difference to the file, which `chosen` may have reduced to a part of it.

    With `adopt`, what others made is taken over.
    """
    from runner.engine.observe import observe
    from runner.kinds import CATALOG
    from runner.plan.planner import make_plan

    observed = observe(gateway, CATALOG, loaded.desired.workflow, loaded.desired)
    learn_former(loaded.redactor, observed, loaded.desired)
    if part is None:
        return _of_file(make_plan(loaded.desired, observed, CATALOG, adopt=adopt), loaded)
    from runner.plan.target import excluded_dependents, observed_part

    plan = make_plan(loaded.desired, observed_part(observed, part), CATALOG, adopt=adopt)
    plan = replace(plan, problems=(*plan.problems, *excluded_dependents(plan, observed, CATALOG)))
    return _of_file(plan, loaded)


def _of_file(plan: Plan, loaded: LoadedWorkflow) -> Plan:
    file = origin_of(loaded.file, loaded.redactor)
    return replace(plan, file=file, warnings=(*loaded.warnings, *plan.warnings))


def select_targets(
    session: CommandContext, loaded: LoadedWorkflow, targets: Sequence[str]
) -> tuple[LoadedWorkflow, Selection | None]:
    """Reduce a workflow to what --target names, if anything; InvalidInput for what isn't declared."""
    if not targets:
        return loaded, None
    from runner.plan.target import declared_part, select

    found: list[Diagnostic] = []
    part = select(loaded.desired, targets, found)
    if found:
        session.report(found, loaded.sources)
        raise InvalidInput(found)
    return replace(loaded, desired=declared_part(loaded.desired, part)), part


def force_rebuild(loaded: LoadedWorkflow) -> LoadedWorkflow:
    """Ask for every build of a workflow, whether it is due or not."""
    from runner.kinds.image.force_rebuild import force_rebuild

    if loaded.bundle is not None:
        raise click.UsageError("--rebuild has nothing to build in a bundle")
    return replace(loaded, desired=force_rebuild(loaded.desired))


def show_plan(session: CommandContext, loaded: LoadedWorkflow, plan: Plan, host: str, *, warn: bool = True) -> None:
    """Print a plan on standard output, with nothing sensitive in it, and what stands in its way.

    Who goes on to carry it out need not `warn`: the run does.
    """
    shown = loaded.redactor.plan(plan)
    if session.output == "json":
        from runner.views.plan_json import plan_json

        session.print_json(plan_json(shown))
        return
    from runner.views.plan import plan_lines

    verbose = session.options.verbose
    session.writer().write(plan_lines(shown, source=loaded.file, host=host, width=session.width, verbose=verbose))
    if found := [*shown.problems, *(shown.warnings if warn else ())]:
        session.report(found, loaded.sources)

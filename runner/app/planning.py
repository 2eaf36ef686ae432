"""Plan a loaded workflow against an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.file_origin import origin_of
from runner.app.former_secrets import learn_former
from runner.app.from_lockfile import moved_tags, pin_to_lock
from runner.app.loaded_workflow import LoadedWorkflow
from runner.core.diagnostic import Diagnostic
from runner.core.errors import UsageError
from runner.core.plan import Plan
from runner.core.struct import Struct, replace

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.plan.target import Selection


class PlanOptions(Struct):
    """The options for comparing a workflow with an engine."""

    locked: bool = False
    """Use exactly the images in the lock file."""
    rebuild: bool = False
    """Build every image, even if it is up to date."""
    adopt: bool = False
    """Adopt existing unmanaged resources that have a desired name."""
    targets: tuple[str, ...] = ()
    """Only these addresses and their dependencies; empty: everything."""


class PreparedWorkflow(Struct):
    """A workflow ready for comparison with an engine: its images resolved, reduced to its targets."""

    workflow: LoadedWorkflow
    options: PlanOptions
    selection: Selection | None = None
    """None: the whole workflow."""


def prepare(
    workflow: LoadedWorkflow, gateway: Gateway, workspace: Workspace, options: PlanOptions | None = None
) -> PreparedWorkflow:
    """Resolve a workflow's images and targets; InvalidInput if the lock file, bundle or a target doesn't match.

    UsageError for a rebuild of a bundle.
    """
    options = options or PlanOptions()
    workflow = resolve_images(workflow, gateway, workspace, locked=options.locked)
    if options.rebuild:
        workflow = _force_rebuild(workflow)
    return select_targets(workflow, options)


def resolve_images(
    workflow: LoadedWorkflow, gateway: Gateway, workspace: Workspace, *, locked: bool = False
) -> LoadedWorkflow:
    """Pin a workflow to its lock file if `locked`, or declare the images of its bundle to be loaded into the engine.

    A bundle counts as locked, since it contains the exact images. InvalidInput if something is missing.
    """
    if workflow.bundle is not None:
        from runner.app.from_bundle import load_images

        return load_images(workflow, workflow.bundle, gateway, workspace)
    return pin_to_lock(workflow, gateway) if locked else workflow


def _force_rebuild(workflow: LoadedWorkflow) -> LoadedWorkflow:
    from runner.kinds.image.force_rebuild import force_rebuild

    if workflow.bundle is not None:
        raise UsageError("--rebuild cannot be used with a bundle")
    return replace(workflow, desired=force_rebuild(workflow.desired))


def select_targets(workflow: LoadedWorkflow, options: PlanOptions) -> PreparedWorkflow:
    """Reduce a workflow to its targets, if any; InvalidInput for one that isn't declared."""
    if not options.targets:
        return PreparedWorkflow(workflow, options)
    from runner.plan.target import declared_part, select

    found: list[Diagnostic] = []
    selection = select(workflow.desired, options.targets, found)
    if found:
        raise workflow.invalid(found)
    reduced = replace(workflow, desired=declared_part(workflow.desired, selection))
    return PreparedWorkflow(reduced, options, selection)


def plan_against_engine(prepared: PreparedWorkflow, gateway: Gateway) -> Plan:
    """Observe the engine, and plan what differs from the workflow."""
    from runner.app.observing import observe_workflow
    from runner.kinds import orchestrator
    from runner.plan.planner import make_plan

    workflow, selection, adopt = prepared.workflow, prepared.selection, prepared.options.adopt
    catalog = orchestrator(workflow.desired.orchestrator).catalog
    observed = observe_workflow(gateway, workflow.desired.workflow, workflow.desired, workflow.desired.orchestrator)
    learn_former(workflow.redactor, observed, workflow.desired)
    if selection is None:
        plan = make_plan(workflow.desired, observed, catalog, adopt=adopt)
    else:
        from runner.plan.target import observed_part

        plan = make_plan(workflow.desired, observed_part(observed, selection), catalog, adopt=adopt)
    if selection is not None or plan.left_alone:
        from runner.plan.target import missed_by_targets

        plan = replace(plan, problems=(*plan.problems, *missed_by_targets(plan, observed, catalog)))
    file = origin_of(workflow.file, workflow.redactor)
    return replace(plan, file=file, warnings=(*workflow.warnings, *plan.warnings))


def plan_workflow(
    workflow: LoadedWorkflow, gateway: Gateway, workspace: Workspace, options: PlanOptions | None = None
) -> Plan:
    """Plan what apply would do; errors as in `prepare`.

    Unless pinned, an image name that now refers to another image than in the lock file gets a warning.
    """
    return plan_to_show(prepare(workflow, gateway, workspace, options), gateway, workspace)


def plan_to_show(prepared: PreparedWorkflow, gateway: Gateway, workspace: Workspace) -> Plan:
    """Plan a prepared workflow, with everything that is only there to be read: details, and warnings of moved tags."""
    runs_it = prepared.workflow.desired.orchestrator
    plan = explained(plan_against_engine(prepared, gateway), runs_it, gateway, workspace)
    return with_moved_tags(prepared, plan, gateway)


def explained(plan: Plan, orchestrator: str, gateway: Gateway, workspace: Workspace) -> Plan:
    """Add what differs in the content that the plan compares by digest, as far as its former state is known."""
    if not plan.pending:
        return plan
    from runner.app.plan_contents import with_contents
    from runner.kinds import orchestrator as named

    return with_contents(plan, named(orchestrator).catalog, gateway, workspace)


def with_moved_tags(prepared: PreparedWorkflow, plan: Plan, gateway: Gateway) -> Plan:
    """Add a warning for each name that now refers to another image than in the lock file, unless images are pinned.

    Queries no registry.
    """
    workflow = prepared.workflow
    if prepared.options.locked or workflow.bundle:
        return plan
    return replace(plan, warnings=(*plan.warnings, *moved_tags(workflow, plan, gateway)))

"""Restart containers of a workflow as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from runner.app.apply import apply
from runner.app.engine_connection import EngineOptions
from runner.app.former_secrets import learn_former
from runner.app.instances import names_of
from runner.app.request import RESTART, RunRequest
from runner.core.address import Address
from runner.core.errors import RunnerError, UsageError
from runner.core.exit_code import ExitCode
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.app.frontend import Frontend
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.core.state import ObservedState
    from runner.resource.kind import Catalog


def plan_restart(workflow: LoadedWorkflow, gateway: Gateway, names: Sequence[str]) -> Plan:
    """Plan the restart of resources, by key or address, and of those that have to follow.

    UsageError for a name that is unknown or can't be restarted, RunnerError for what isn't on the engine.
    """
    from runner.app.observing import observe_workflow
    from runner.kinds import orchestrator
    from runner.plan.restart import make_restart_plan

    desired = workflow.desired
    catalog = orchestrator(desired.orchestrator).catalog
    observed = observe_workflow(gateway, desired.workflow, None, desired.orchestrator)
    learn_former(workflow.redactor, observed, workflow.desired)
    addresses = dict.fromkeys(address for name in names for address in _named(name, observed, workflow, catalog))
    return make_restart_plan(observed, addresses, catalog, desired)


def _named(name: str, observed: ObservedState, workflow: LoadedWorkflow, catalog: Catalog) -> list[Address]:
    """Return the addresses that a name stands for: with a bare key, those that can be restarted."""
    from runner.core.diagnostic import did_you_mean

    declared = workflow.desired.resources
    meant = [one for one in dict.fromkeys((*declared, *sorted(observed.resources))) if name in names_of(one)]
    possible = [address for address in meant if catalog[address.kind].restart]
    if found := [address for address in possible if address in observed.resources]:
        return found
    if possible:
        raise RunnerError(
            f"{possible[0]} is not on the engine", help="create it with: runner apply", code="not-on-engine"
        )
    if meant:
        raise UsageError(f"{meant[0]} cannot be restarted, only containers{_way_out(meant[0])}")
    known = {text for one in _restartable(observed, catalog) for text in names_of(one)}
    hint = did_you_mean(name, known) or "see runner status"
    message = f'{workflow.desired.workflow} has no container "{name}" on the engine; {hint}'
    raise UsageError(message, code="unknown-resource")


def _restartable(observed: ObservedState, catalog: Catalog) -> Iterator[Address]:
    return (address for address in observed.resources if catalog[address.kind].restart)


def _way_out(address: Address) -> str:
    if address.kind != "job":
        return ""
    return "; a job runs again when its image, options or files change, or once it is removed: runner apply"


def restart_workflow(
    workflow: LoadedWorkflow,
    gateway: Gateway,
    workspace: Workspace,
    frontend: Frontend,
    names: Sequence[str],
    *,
    engine: EngineOptions | None = None,
    lock_timeout: float = 0.0,
    message: str | None = None,
) -> ExitCode:
    """Restart resources and wait until they work; return the exit code. Errors as in `plan_restart`."""

    def replan() -> Plan:
        return plan_restart(workflow, gateway, names)

    request = RunRequest(
        command=RESTART,
        workflow=workflow,
        gateway=gateway,
        workspace=workspace,
        plan=replan(),
        replan=replan,
        engine=engine or EngineOptions(),
        lock_timeout=lock_timeout,
        message=message,
        is_repeatable=False,
    )
    return apply(request, frontend)

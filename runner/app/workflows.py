"""The workflows of an engine, by its records: one call for each list, and nothing is inspected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner.app.past_runs import last_runs
from runner.core.errors import EngineError, EngineUnreachable
from runner.core.resource_state import State
from runner.engine.lock_queue import Ticket, first_in, read_queue
from runner.resource.census import OwnedResource
from runner.resource.labels import LOCK, WORKFLOW
from runner.resource.orchestrator_names import DOCKER, SWARM
from runner.views.history import RunRow
from runner.views.status_row import COMPLETED, RUNNING
from runner.views.workflows import WorkflowRow

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.core.health import Health
    from runner.history.store import StoredRun
    from runner.resource.kind import Catalog

_WELL = (None, "healthy")
"""The health of what runs and is well, or has no health check."""


def list_workflows(gateway: Gateway, workspace: Workspace) -> Sequence[WorkflowRow]:
    """Return every workflow that has something on the engine, or on the swarm that it manages, sorted by name."""
    rows = _workflows_of(DOCKER, gateway, workspace)
    try:
        if gateway.swarm.state().is_manager:
            rows += _workflows_of(SWARM, gateway, workspace)
    except EngineUnreachable:
        raise
    except EngineError as error:
        workspace.warn(error.code, f"workflows on the swarm are not listed: {error.message}")
    return sorted(rows, key=lambda row: (row.name, row.orchestrator))


def _workflows_of(run_by: str, gateway: Gateway, workspace: Workspace) -> list[WorkflowRow]:
    from runner.kinds import orchestrator

    runs_it = orchestrator(run_by)
    lists = runs_it.lists(gateway)
    runs_it.ask_ahead(gateway)
    tickets = [record for record in lists.records if record.name.startswith(f"{LOCK}.")]
    # A run may hold the lock of a workflow that has nothing else yet.
    owned: dict[str, list[OwnedResource]] = {name: [] for ticket in tickets if (name := ticket.labels.get(WORKFLOW))}
    for kind in runs_it.catalog.values():
        for one in kind.list_owned(lists):
            if one.orchestrator == run_by:
                owned.setdefault(one.workflow, []).append(one)
    locks = {name: first_in(read_queue(name, tickets).values()) for name in owned}
    runs = last_runs(owned, gateway.engine(), gateway.address, workspace)
    return [_row(name, owned[name], locks[name], runs.get(name), runs_it.catalog, run_by) for name in owned]


def _row(
    name: str,
    owned: Sequence[OwnedResource],
    lock: Ticket | None,
    run: StoredRun | None,
    catalog: Catalog,
    run_by: str,
) -> WorkflowRow:
    present = [one for one in owned if not one.abandoned]
    to_run = [one.health for one in present if one.health and _keeps_running(one, catalog)]
    created = [one.created for one in owned if one.created is not None]
    return WorkflowRow(
        name,
        resources=Counter(one.address.kind for one in present),
        expected=len(to_run),
        running=sum(health.phase == RUNNING and health.health in _WELL for health in to_run),
        ailing=Counter(state for one in present if one.health and (state := _ailment(one, one.health, catalog))),
        abandoned=len(owned) - len(present),
        changed=datetime.fromtimestamp(max(created), UTC) if created else None,
        last_run=RunRow(run.id, run.began, run.start, run.ending) if run else None,
        files=tuple(sorted({one.file for one in present if one.file})),
        lock=lock.holder if lock else None,
        is_lock_stale=bool(lock and lock.lease_info and lock.lease_info.process.is_known_dead),
        orchestrator=run_by,
    )


def _keeps_running(one: OwnedResource, catalog: Catalog) -> bool:
    is_done = one.health is not None and one.health.phase == COMPLETED
    return catalog[one.address.kind].success_state is State.READY and not is_done


def _ailment(one: OwnedResource, health: Health, catalog: Catalog) -> str | None:
    """Return the state of what isn't as it should be, None if it is."""
    if health.phase == RUNNING:
        return None if health.health in _WELL else health.health
    return (
        None
        if health.phase in (State.SUCCEEDED.value, COMPLETED) and not _keeps_running(one, catalog)
        else health.phase
    )

"""The workflows of an engine, by its records: one call for each list, and nothing is inspected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner.app.past_runs import last_runs
from runner.core.resource_state import State
from runner.engine.lock_queue import Ticket, first_in, read_queue
from runner.resource.census import EngineLists, OwnedResource
from runner.resource.labels import LOCK, WORKFLOW
from runner.views.history import RunRow
from runner.views.status_row import COMPLETED, RUNNING
from runner.views.workflows import WorkflowRow

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.core.state import Health
    from runner.history.store import StoredRun

_WELL = (None, "healthy")
"""The health of what runs and is well, or has no health check."""


def list_workflows(gateway: Gateway, workspace: Workspace) -> Sequence[WorkflowRow]:
    """Return every workflow that has something on the engine, sorted by name."""
    from runner.kinds import CATALOG

    gateway.ask_ahead()
    lists = EngineLists(gateway)
    tickets = [record for record in lists.records if record.name.startswith(f"{LOCK}.")]
    # A run may hold the lock of a workflow that has nothing else yet.
    owned: dict[str, list[OwnedResource]] = {name: [] for ticket in tickets if (name := ticket.labels.get(WORKFLOW))}
    for kind in CATALOG.values():
        for one in kind.list_owned(lists):
            owned.setdefault(one.workflow, []).append(one)
    locks = {name: first_in(read_queue(name, tickets).values()) for name in owned}
    runs = last_runs(owned, gateway.engine(), gateway.address, workspace)
    return [_row(name, owned[name], locks[name], runs.get(name)) for name in sorted(owned)]


def _row(name: str, owned: Sequence[OwnedResource], lock: Ticket | None, run: StoredRun | None) -> WorkflowRow:
    present = [one for one in owned if not one.abandoned]
    to_run = [one.health for one in present if one.health and _keeps_running(one)]
    created = [one.created for one in owned if one.created is not None]
    return WorkflowRow(
        name,
        resources=Counter(one.address.kind for one in present),
        expected=len(to_run),
        running=sum(health.phase == RUNNING and health.health in _WELL for health in to_run),
        ailing=Counter(state for one in present if one.health and (state := _ailment(one, one.health))),
        abandoned=len(owned) - len(present),
        changed=datetime.fromtimestamp(max(created), UTC) if created else None,
        last_run=RunRow(run.id, run.began, run.start, run.ending) if run else None,
        files=tuple(sorted({one.file for one in present if one.file})),
        lock=lock.holder if lock else None,
        is_lock_stale=bool(lock and lock.lease_info and lock.lease_info.process.is_known_dead),
    )


def _keeps_running(one: OwnedResource) -> bool:
    from runner.kinds import CATALOG

    is_done = one.health is not None and one.health.phase == COMPLETED
    return CATALOG[one.address.kind].success_state is State.READY and not is_done


def _ailment(one: OwnedResource, health: Health) -> str | None:
    """Return the state of what isn't as it should be, None if it is."""
    if health.phase == RUNNING:
        return None if health.health in _WELL else health.health
    return None if health.phase in (State.SUCCEEDED.value, COMPLETED) and not _keeps_running(one) else health.phase

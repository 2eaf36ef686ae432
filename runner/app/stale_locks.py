"""Clear the locks of killed runs, for commands that take no lock themselves; usually costs one list call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.resource.labels import LOCK

if TYPE_CHECKING:
    from runner.app.request import RunRequest


def clear_stale_locks(request: RunRequest) -> None:
    """Remove the locks of a workflow whose runs are dead."""
    from runner.kinds import orchestrator

    store = orchestrator(request.workflow.desired.orchestrator).label_store(request.gateway)
    if any(LOCK in record.labels for record in store.list()):
        from runner.app.run_identity import holder_of, new_run_id
        from runner.engine.lock import clear_stale_locks as clear

        clear(store, request.plan.workflow, holder_of(request.command, new_run_id(), request.workspace.environ))

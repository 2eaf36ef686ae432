"""Clearing away the locks of runs that were killed, for a command that needs none itself: mostly a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.resource.labels import LOCK

if TYPE_CHECKING:
    from runner.core.gateway import Gateway


def clear_dead_locks(gateway: Gateway, workflow: str, command: str) -> None:
    """Clear away the locks of a workflow whose runs are gone."""
    if any(LOCK in (volume.get("Labels") or ()) for volume in gateway.volumes.list()):
        from runner.app.run_identity import holder_of, new_run_id
        from runner.engine.lock import clear_stale_locks

        clear_stale_locks(gateway, workflow, holder_of(command, new_run_id()))

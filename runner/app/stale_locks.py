"""Clear the locks of killed runs, for commands that take no lock themselves; usually costs one list call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.resource.labels import LOCK

if TYPE_CHECKING:
    from runner.core.label_store import LabelStore


def clear_stale_locks(store: LabelStore, workflow: str, command: str, environ: Mapping[str, str]) -> None:
    """Remove the locks of a workflow whose runs are dead."""
    if any(LOCK in record.labels for record in store.list()):
        from runner.app.run_identity import holder_of, new_run_id
        from runner.engine.lock import clear_stale_locks as clear

        clear(store, workflow, holder_of(command, new_run_id(), environ))

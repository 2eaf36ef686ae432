"""Undo an in-place update of a container."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from runner.core.errors import StepFailed
from runner.core.plan import Effect, FieldDiff
from runner.core.task import Task
from runner.core.values import is_empty
from runner.kinds.container.options import TABLE
from runner.kinds.container.options.hooks import POST_START
from runner.kinds.container.verbs.naming import rename
from runner.kinds.container.verbs.network_aliases import attachments_of
from runner.kinds.container.verbs.update_limits import changed_rows, update_limits
from runner.kinds.network.endpoints import Endpoints
from runner.resource.encode import decode

_SETTLED_APART = ("name", "state", "networks")


def is_reversible(diff: tuple[FieldDiff, ...]) -> bool:
    """Return whether the whole diff can be undone in place: most limits, for example, can't be unset in place."""
    rows = changed_rows(diff)
    return not any(
        found.path in rows and is_empty(found.before) and rows[found.path].on_unset is Effect.REPLACE for found in diff
    )


def undo_action(task: Task, restore_record: Callable[[], None]) -> Callable[[], None]:
    """Capture the state of a container before an in-place update; return the undo action for it and its record."""
    inspect = task.gateway.containers.inspect(task.observed.id)
    return partial(_restore, task, attachments_of(inspect), restore_record)


def _restore(task: Task, attached: Endpoints, restore_record: Callable[[], None]) -> None:
    containers, old = task.gateway.containers, task.observed
    rows = changed_rows(task.change.diff)
    if "name" in rows:
        rename(task, old.id, old.engine_name)
    update_limits(task, rows, old.fields)
    if "networks" in rows:
        _reattach(task, attached)
    if old.fields["state"] not in ("running", "paused", "restarting", "starting"):
        containers.stop(old.id, task.timeout)
        if old.fields.get(POST_START):  # which may have failed: then it still has the name of one that is starting
            rename(task, old.id, old.engine_name)
    restore_record()
    now = decode(TABLE, containers.inspect(old.id), old.applied)
    compared = [row for name, row in rows.items() if name not in _SETTLED_APART]
    stuck = [row.name for row in compared if not row.equals(old.fields[row.name], now[row.name])]
    if stuck:
        raise StepFailed(f"{', '.join(stuck)} could not be restored", code="rollback-incomplete")


def _reattach(task: Task, attached: Endpoints) -> None:
    """Restore the attachments; those that were changed meanwhile are reconnected."""
    networks, id = task.gateway.networks, task.observed.id
    now = attachments_of(task.gateway.containers.inspect(id))
    for name in now:
        if now[name] != attached.get(name):
            networks.disconnect(name, id)
    for name, endpoint in attached.items():
        if now.get(name) != endpoint:
            networks.connect(name, id, endpoint)

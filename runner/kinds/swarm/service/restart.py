"""The restart of a service: its tasks are rolled by the spec that they have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.core.plan import Action, Change, Effect, FieldDiff, Pace, Reason
from runner.core.state import Resource
from runner.kinds.container.declare.placement import GLOBAL
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.container.sharing import RESTARTED, is_restart

if TYPE_CHECKING:
    from runner.core.state import Dependency, FieldValues, ObservedResource


def restart(live: ObservedResource, declared: Resource | None, reason: Reason) -> Change:
    """Return the change that restarts a service, as what is declared of it, else with the usual settings."""
    resource = declared or Resource(live.address, live.engine_name, settings=ContainerSettings())
    diff = FieldDiff("state", live.fields.get("state"), RESTARTED, reason, Effect.ROLL)
    told = pace(declared, (diff,)) if declared else _pace(live.fields)
    return Change(live.address, Action.UPDATE, (reason,), (diff,), "restart", resource, live, pace=told)


def following(_live: ObservedResource, change: Change, needed: Dependency | None) -> Iterator[FieldDiff]:
    """Yield the restart of a service after one that it depends on has restarted, where it asks for that."""
    if needed is not None and needed.restart and change.observed is not None and _ends(change):
        cause = "is replaced" if change.action is Action.REPLACE else "is restarted"
        path = f"depends_on.{change.address.name}"
        yield FieldDiff(path, f"{change.address} {cause}", RESTARTED, Reason.DEPENDENCY, Effect.ROLL)


def _ends(change: Change) -> bool:
    """Return whether a change ends the tasks that ran before it."""
    rolls = any(found.effect is Effect.ROLL for found in change.diff)
    return change.action is Action.REPLACE or (change.action is Action.UPDATE and rolls)


def pace(declared: Resource | None, diff: tuple[FieldDiff, ...]) -> Pace | None:
    """Return how many tasks a roll replaces at a time, by what is declared."""
    rolls = any(found.effect is Effect.ROLL for found in diff)
    return _pace(declared.fields) if declared and rolls else None


def _pace(fields: FieldValues) -> Pace:
    at_once, replicas = fields.get("update.parallel", 1), fields.get("replicas", 1)
    of = replicas if isinstance(replicas, int) and fields.get("mode") != GLOBAL else None
    return Pace(at_once if isinstance(at_once, int) and at_once else None, of)


def action_label(_desired: Resource | None, action: Action, diff: tuple[FieldDiff, ...]) -> str:
    """Return the label of an action: a roll restarts tasks, an update doesn't."""
    verb: str = action.value
    if action is not Action.UPDATE:
        return verb
    if diff and all(map(is_restart, diff)):
        return "restart"
    return "roll" if any(found.effect is Effect.ROLL for found in diff) else verb

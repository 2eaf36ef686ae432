"""A word for every resource of a plan, by which the graph is coloured: what would be done, or how it fares now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.core.plan import Action, Change, Plan

if TYPE_CHECKING:
    from runner.core.address import Address

_RUNNING: Final = "running"


def planned_actions(plan: Plan) -> dict[Address, str]:
    """Return the action that is planned for each resource."""
    return {change.address: change.action.value for change in plan.changes if not change.is_abandoned}


def live_states(plan: Plan) -> dict[Address, str]:
    """Return the health of what runs, the phase of what doesn't, and of the rest whether it is as declared."""
    return {change.address: _live_state(change) for change in plan.changes if not change.is_abandoned}


def _live_state(change: Change) -> str:
    if change.observed is None:
        return "taken" if change.name_conflict else "missing"
    health = change.observed.health
    if health:
        return (health.health if health.phase == _RUNNING else None) or health.phase
    return {Action.NOOP: "in sync", Action.DELETE: "orphan"}.get(change.action, "drifted")

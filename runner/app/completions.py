"""Record what has completed since the last run, before the engine forgets how it ended; plans show no change for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.plan import Action
from runner.kinds.container import completion

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.plan import Plan


def record_completions(plan: Plan, gateway: Gateway) -> None:
    """Record each container of a plan that has completed and has no record yet.

    It needs no lock: the record counts for that end of that container only.
    """
    for change in plan.changes:
        live = change.observed
        if change.action is Action.NOOP and live and live.health and live.health.since and completion.unrecorded(live):
            completion.save(gateway, plan.workflow, live.id, live.health.since)

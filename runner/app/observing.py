"""Observe a workflow on what runs it: all that the stages need is asked for at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.state import DesiredState, ObservedState


def observe_workflow(gateway: Gateway, workflow: str, desired: DesiredState | None, orchestrator: str) -> ObservedState:
    """Observe what there is of a workflow; without a desired state, what has its label."""
    from runner.engine.observe import observe
    from runner.kinds import orchestrator as named

    runs_it = named(orchestrator)
    runs_it.ask_ahead(gateway)
    return observe(gateway, runs_it.catalog, workflow, desired)

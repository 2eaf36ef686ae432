"""Who holds the lock of a workflow, and its release by force."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from runner.app.workflow_name import is_name
from runner.core.struct import Struct
from runner.resource.orchestrator_names import DOCKER, SWARM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.core.gateway import Gateway
    from runner.core.run_lock import Holder


class HeldLock(Struct):
    """A lock that a run holds, dead or alive."""

    holder: Holder | None
    """None where its ticket doesn't tell."""
    release: Callable[[], None]
    """Releases it; the run notices at its next heartbeat."""


def held_lock(workflow: LoadedWorkflow, gateway: Gateway) -> HeldLock | None:
    """Return the lock of a workflow, None if no run has or wants it."""
    from runner.engine.lock import current_holder, force_unlock
    from runner.kinds import orchestrator

    name = workflow.desired.workflow
    for one in _orchestrators(workflow, gateway):
        store = orchestrator(one).label_store(gateway)
        if entry := current_holder(store, name):
            return HeldLock(entry.holder, partial(force_unlock, store, name, entry))
    return None


def _orchestrators(workflow: LoadedWorkflow, gateway: Gateway) -> Iterator[str]:
    """Yield what may run a workflow: one that is given by its name may be on the engine, or on the swarm behind it."""
    if not is_name(workflow.file):
        yield workflow.desired.orchestrator
        return
    if workflow.engine:
        yield workflow.engine
        return
    yield DOCKER
    if gateway.swarm.state().is_manager:
        yield SWARM

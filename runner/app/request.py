"""What a run is asked for, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.app.engine_connection import EngineOptions
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.app.load import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A plan to carry out, and everything that the run needs besides."""

    command: str
    """What is put on record: apply, destroy, rollback, check."""
    workflow: LoadedWorkflow
    gateway: Gateway
    workspace: Workspace
    plan: Plan
    """The plan to show and to approve."""
    replan: Callable[[], Plan]
    """Makes the plan again, once the lock is held."""
    engine: EngineOptions = field(default_factory=EngineOptions)
    lock_timeout: float = 0.0
    """Seconds to wait for the lock of the workflow."""
    targets: tuple[str, ...] = ()
    is_repeatable: bool = True
    """False where the run is none to roll back to."""
    runs_always: bool = False
    """True where a run with nothing to do is carried out as well, for the events that it consists of."""

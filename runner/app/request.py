"""The request for a run, as one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from runner.app.engine_connection import EngineOptions
from runner.core.plan import Plan
from runner.core.struct import Struct, field

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway

RESTART: Final = "restart"
"""The command whose runs leave everything as it was declared before."""


class RunRequest(Struct, kw_only=True):
    """A plan to carry out, and everything else that the run needs."""

    command: str
    """The recorded command: apply, destroy, rollback, restart or check."""
    workflow: LoadedWorkflow
    gateway: Gateway
    workspace: Workspace
    plan: Plan
    """The plan to show and approve."""
    replan: Callable[[], Plan]
    """Plans again, once the lock is held."""
    engine: EngineOptions = field(default_factory=EngineOptions)
    lock_timeout: float = 0.0
    """Maximum seconds to wait for the workflow's lock."""
    targets: tuple[str, ...] = ()
    message: str | None = None
    """Why the run is made, as its user says."""
    is_repeatable: bool = True
    """False if the run can't be rolled back to."""

"""Making the engine match what was loaded: shown, agreed to, put on record and carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.app.stale_locks import clear_dead_locks
from runner.app.planning import show_plan
from runner.cli.session import CommandContext, LoadedWorkflow
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.views.view import View

FAILED = 1


def converge(
    session: CommandContext,
    loaded: LoadedWorkflow,
    gateway: Gateway,
    look: Callable[[], Plan],
    *,
    plan: Plan,
    command: str,
    yes: bool,
    lock_timeout: float,
    targets: tuple[str, ...],
) -> int:
    """Show a plan and carry it out, made anew by `look` once the lock is held; return the exit code."""
    runs = not plan.problems and _is_worth_a_run(session, plan)
    if session.output != "json" or plan.problems:
        show_plan(session, loaded, plan, gateway.address, warn=not runs)
    if plan.problems:
        return FAILED
    if not plan.pending:
        clear_dead_locks(gateway, plan.workflow, command)
    if not runs:
        return 0
    from runner.cli.confirm import ask
    from runner.app.run import carry_out

    agreed = ask(session, plan, loaded.redactor, yes=yes)

    def keep() -> View:
        from runner.app.run_record import run_recorder

        return run_recorder(loaded, plan, gateway, targets=targets)

    return carry_out(
        session,
        plan,
        gateway,
        command=command,
        file=loaded.file,
        redactor=loaded.redactor,
        again=lambda: agreed(look()),
        lock_timeout=lock_timeout,
        keep=keep,
    )


def _is_worth_a_run(session: CommandContext, plan: Plan) -> bool:
    """Tell whether there is something to do, to ask, or to write down."""
    return bool(plan.pending or plan.checks or session.output == "json" or session.options.log_file)
